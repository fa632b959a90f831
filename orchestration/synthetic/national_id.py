"""Synthetic national ids (eleven digits, month + 80) and DUF numbers (twelve digits): right check digits, never given twice.

Belongs here: making ids and breaking their check digits on purpose. Ids with month + 80 are set aside for synthetic
data, so no real person can have one.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from orchestration.privacy.duf_number import duf_check_digits

_FIRST = np.array([3, 7, 6, 1, 8, 9, 4, 5, 2])
_SECOND = np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
_PLACEHOLDERS = (100, 200, 99999)
_FIRST_DAY = -25_567  # 1 January 1900
_DAYS = 60_000


def check_digits(nine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both check digits of the first nine digits (rows); 10 means that the number cannot be used."""
    first = (11 - (nine @ _FIRST) % 11) % 11
    second = (11 - (np.column_stack([nine, first]) @ _SECOND) % 11) % 11
    return first, np.where(first == 10, 10, second)


def _nine_digits(birth: np.ndarray, individual: np.ndarray) -> np.ndarray:
    date = birth.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = date.astype("datetime64[Y]").astype(np.int64) + 1970
    day = (date - month.astype("datetime64[D]")).astype(np.int64) + 1
    month_number = month.astype(np.int64) % 12 + 1 + 80
    parts = [(day, 2), (month_number, 2), (year % 100, 2), (individual, 3)]
    return np.column_stack([value // 10**power % 10 for value, width in parts for power in range(width - 1, -1, -1)])


class IdRegister:
    """Hands out ids; remembers per day of birth and sex how many numbers are used, so that none comes twice."""

    def __init__(self) -> None:
        self._used = np.zeros((_DAYS, 2), dtype=np.int16)
        self._duf_used: Counter[int] = Counter()

    def issue(self, birth: np.ndarray, female: np.ndarray) -> np.ndarray:
        """Ids as text for days of birth and sexes (0 male, 1 female)."""
        digits = np.zeros((len(birth), 11), dtype=np.int64)
        waiting = np.arange(len(birth))
        female = female.astype(np.int64)
        while len(waiting):
            slot = (birth[waiting] - _FIRST_DAY) * 2 + female[waiting]
            order = np.argsort(slot, kind="stable")
            waiting, slot = waiting[order], slot[order]
            keys, first, counts = np.unique(slot, return_index=True, return_counts=True)
            rank = np.arange(len(slot)) - np.repeat(first, counts)
            number = self._used.reshape(-1)[slot] + rank
            self._used.reshape(-1)[keys] += counts.astype(np.int16)
            if number.max() >= 250:
                raise RuntimeError("more than 250 persons of one sex born on the same day: no synthetic ids left")
            century = np.where(birth[waiting] >= 10_957, 500, 0)  # born 2000 or later: 500-999, else 000-499
            individual = century + 2 * number + (1 - female[waiting])  # the third digit is odd for men
            nine = _nine_digits(birth[waiting], individual)
            one, two = check_digits(nine)
            ending = nine[:, 6] * 10_000 + nine[:, 7] * 1000 + nine[:, 8] * 100 + one * 10 + two
            good = (one < 10) & (two < 10) & ~np.isin(ending, _PLACEHOLDERS)
            done = waiting[good]
            digits[done, :9], digits[done, 9], digits[done, 10] = nine[good], one[good], two[good]
            waiting = waiting[~good]
        return (digits.astype(np.uint8) + ord("0")).astype(np.uint8).view("S11").reshape(-1).astype("U11")

    def issue_duf(self, years: np.ndarray) -> np.ndarray:
        """DUF numbers as text for the years they were given out: the year, a running number, check digits."""
        numbers = []
        for year in np.asarray(years).tolist():
            self._duf_used[year] += 1
            ten = f"{year}{self._duf_used[year]:06d}"
            numbers.append(ten + duf_check_digits(ten))
        return np.array(numbers, dtype="U12")


def with_wrong_check_digit(ids: np.ndarray) -> np.ndarray:
    """The same ids with the last digit one too high (two, where one would make a placeholder): no longer valid, and no placeholder."""
    digits = np.ascontiguousarray(ids.astype("S11")).view(np.uint8).reshape(-1, 11).copy() - ord("0")
    last = (digits[:, 10] + 1) % 10
    ending = digits[:, 6:10].astype(np.int64) @ np.array([10_000, 1000, 100, 10]) + last
    digits[:, 10] = np.where(np.isin(ending, _PLACEHOLDERS), (last + 1) % 10, last)
    digits = (digits + ord("0")).astype(np.uint8)
    return digits.view("S11").reshape(-1).astype("U11")
