"""The check of national ids: Python and SQL say the same, on synthetic ids (month + 80) and on wrong ones."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from orchestration.privacy.national_id import STATUSES, check_digits, id_status, normalised_sql, status_sql


def sql_statuses(ids: list[str | None]) -> list[str]:
    """Status by SQL, in order."""
    table = pa.table({"place": range(len(ids)), "id": pa.array(ids, pa.string())})
    with duckdb.connect() as connection:
        connection.register("given", table)
        query = f"SELECT {status_sql('number')} FROM (SELECT place, {normalised_sql('id')} AS number FROM given) ORDER BY place"
        return [status for (status,) in connection.execute(query).fetchall()]


def whole(date: str) -> str:
    """The first number of that date that can be given out."""
    return next(f"{date}{n}{digits}" for n in range(100, 1000) if (digits := check_digits(f"{date}{n}")))


CASES = {
    whole("018180"): "valid",  # synthetic: month 81
    whole("418180"): "valid",  # D-number: day 41
    whole("014180"): "valid",  # month 41
    whole("016680"): "valid",  # month 66
    whole("298200"): "valid",  # 29 February 2000
    whole("308280"): "invalid_check_digits",  # 30 February
    whole("019380"): "invalid_check_digits",  # month 13
    whole("018180")[:6] + " " + whole("018180")[6:]: "valid",
    whole("018180")[:-1] + str((int(whole("018180")[-1]) + 1) % 10): "invalid_check_digits",
    whole("018180")[:10]: "invalid_check_digits",
    "01818012x45": "invalid_check_digits",
    "01818000100": "placeholder",
    "01818000200": "placeholder",
    "01818099999": "placeholder",
    "": "missing",
    "  ": "missing",
    "00000000000": "invalid_check_digits",
}


@pytest.mark.parametrize(("number", "status"), CASES.items())
def test_status_of_an_id(number: str, status: str) -> None:
    assert id_status(number) == status
    assert sql_statuses([number]) == [status]


def test_null_is_missing() -> None:
    assert (id_status(None), sql_statuses([None])) == ("missing", ["missing"])


def test_sql_and_python_agree_on_many_numbers() -> None:
    rng = np.random.default_rng(7)
    nines = [f"{d:02d}{m:02d}{rest:05d}" for d, m, rest in rng.integers((0, 0, 0), (80, 100, 100_000), (20_000, 3))]
    ids = [nine + (check_digits(nine) or "00") for nine in nines[:15_000]] + [nine + "37" for nine in nines[15_000:]]
    statuses = sql_statuses(ids)
    assert statuses == [id_status(i) for i in ids]
    assert set(statuses) == set(STATUSES) - {"missing"}


def test_check_digits_by_hand() -> None:
    """018180100: 3*0 + 7*1 + 6*8 + 1*1 + 8*8 + 9*0 + 4*1 = 124 = 11*11 + 3 gives 8; with 8 as tenth digit
    5*0 + 4*1 + 3*8 + 2*1 + 7*8 + 6*0 + 5*1 + 2*8 = 107 = 9*11 + 8 gives 3."""
    assert check_digits("018180100") == "83"
    assert sql_statuses(["01818010083", "01818010084", "01818010073"]) == ["valid", "invalid_check_digits", "invalid_check_digits"]
