"""The check of DUF numbers: Python and SQL say the same, and known answers worked by hand."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from orchestration.privacy.duf_number import duf_check_digits, duf_status, duf_status_sql
from orchestration.privacy.national_id import STATUSES


def sql_statuses(numbers: list[str | None]) -> list[str]:
    """Status by SQL, in order."""
    table = pa.table({"place": range(len(numbers)), "number": pa.array(numbers, pa.string())})
    with duckdb.connect() as connection:
        connection.register("given", table)
        return [s for (s,) in connection.execute(f"SELECT {duf_status_sql('number')} FROM given ORDER BY place").fetchall()]


def test_check_digits_by_hand() -> None:
    """2023000042 with weights 4 6 3 2 4 6 3 2 7 5: 8 + 0 + 6 + 6 + 0 + 0 + 0 + 0 + 28 + 10 = 58 = 5*11 + 3 gives 03.
    2014123456: 8 + 0 + 3 + 8 + 4 + 12 + 9 + 8 + 35 + 30 = 117 = 10*11 + 7 gives 07.
    2010000001: 8 + 0 + 3 + 0 + 0 + 0 + 0 + 0 + 0 + 5 = 16 = 11 + 5 gives 05.
    2010000002: 8 + 0 + 3 + 10 = 21 = 11 + 10 gives 10: a remainder of ten is two digits and allowed."""
    tens = ("2023000042", "2014123456", "2010000001", "2010000002")
    assert [duf_check_digits(ten) for ten in tens] == ["03", "07", "05", "10"]
    assert sql_statuses(["202300004203", "202300004204", "201000000210", "201000000200"]) == [
        "valid",
        "invalid_check_digits",
        "valid",
        "invalid_check_digits",
    ]


CASES = {
    "202300004203": "valid",
    "202300004230": "invalid_check_digits",  # the check digits turned round
    "20230000423": "invalid_check_digits",  # eleven digits
    "2023000042034": "invalid_check_digits",
    "2023000O4203": "invalid_check_digits",  # a letter
    "000000000000": "placeholder",  # its sum is 0, so that its check digits fit
    "999999999999": "placeholder",
    "": "missing",
    None: "missing",
}


@pytest.mark.parametrize(("number", "status"), CASES.items())
def test_status_of_a_number(number: str | None, status: str) -> None:
    assert duf_status(number) == status
    assert sql_statuses([number or None]) == [status]


def test_sql_and_python_agree_on_many_numbers() -> None:
    rng = np.random.default_rng(11)
    tens = [f"{ten:010d}" for ten in rng.integers(0, 10**10, 5_000)]
    numbers = [ten + duf_check_digits(ten) for ten in tens[:2_500]] + [ten + "04" for ten in tens[2_500:]] + ["1" * 12]
    statuses = sql_statuses(numbers)
    assert statuses == [duf_status(number) for number in numbers]
    assert set(statuses) == set(STATUSES) - {"missing"}
