"""Synthetic national ids: right check digits, month + 80, never twice, never a placeholder."""

import datetime as dt

import numpy as np

from orchestration.synthetic.days import date_of, day
from orchestration.synthetic.national_id import IdRegister, check_digits, with_wrong_check_digit

FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def _is_valid(national_id: str) -> bool:
    """The control written out digit by digit, apart from the code under test."""
    digits = [int(c) for c in national_id]
    first = sum(w * d for w, d in zip(FIRST, digits, strict=False))
    second = sum(w * d for w, d in zip(SECOND, digits, strict=False))
    return (first + digits[9]) % 11 == 0 and (second + digits[10]) % 11 == 0


def test_ids_are_valid_unique_and_tell_birth_and_sex() -> None:
    rng = np.random.default_rng(1)
    birth = rng.integers(day(dt.date(1915, 1, 1)), day(dt.date(2024, 12, 31)), 5000)
    birth[:300] = day(dt.date(1990, 2, 28))  # many on one day
    female = rng.integers(0, 2, 5000)
    register = IdRegister()
    ids = np.concatenate([register.issue(birth[:2500], female[:2500]), register.issue(birth[2500:], female[2500:])])
    assert len(set(ids)) == 5000
    for national_id, born, is_female in zip(ids.tolist(), birth.tolist(), female.tolist(), strict=True):
        date = date_of(born)
        assert national_id[:6] == f"{date.day:02d}{date.month + 80:02d}{date.year % 100:02d}"
        assert int(national_id[8]) % 2 == 1 - is_female
        assert (int(national_id[6:9]) >= 500) == (date.year >= 2000)
        assert _is_valid(national_id)
        assert national_id[6:] not in {"00100", "00200", "99999"}


def test_check_digits_of_a_known_number() -> None:
    one, two = check_digits(np.array([[0, 1, 8, 1, 9, 0, 0, 0, 4]]))
    # 7*1 + 6*8 + 1*1 + 8*9 + 2*4 = 136 and 11 - 136 % 11 = 7; 4*1 + 3*8 + 2*1 + 7*9 + 3*4 + 2*7 = 119 and 11 - 119 % 11 = 2
    assert (one.tolist(), two.tolist()) == ([7], [2])


def test_spoilt_ids_fail_and_are_no_placeholders() -> None:
    rng = np.random.default_rng(2)
    ids = IdRegister().issue(rng.integers(-10_000, 18_000, 3000), rng.integers(0, 2, 3000))
    spoilt = with_wrong_check_digit(ids)
    assert not any(_is_valid(i) for i in spoilt.tolist())
    assert not any(i[6:] in {"00100", "00200", "99999"} for i in spoilt.tolist())
    assert all(a[:10] == b[:10] for a, b in zip(ids.tolist(), spoilt.tolist(), strict=True))
