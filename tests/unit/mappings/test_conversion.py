"""One value from a supplier's form to the contract's: exactly the value, or nothing at all."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from orchestration.arrivals.contracts import Field
from orchestration.mappings.conversion import steps
from orchestration.mappings.dates import excel_sql, read_form
from orchestration.mappings.model import MappedField, MappedFile

FILE = MappedFile("f", ".*", decimal=",", thousands=" ", dates=("dd.MM.yyyy", "d.M.yy"), century_from=30)
FIELD = MappedField("x", column="X")


def turned(text: str, kind: str, field: MappedField = FIELD, file: MappedFile = FILE, **contract: object) -> str | None:
    """A text after all steps, ``None`` where one of them cannot turn it."""
    sql = "t"
    for step in steps(field, file, Field(name="x", type=kind, nb="x", description="x", **contract)):
        sql = step.sql(f"({sql})")
    return duckdb.execute(f"SELECT {sql} FROM (SELECT ? AS t)", [text]).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("01.02.2003", "2003-02-01"),
        ("1.2.03", "2003-02-01"),
        ("31.12.29", "2029-12-31"),
        ("1.1.30", "1930-01-01"),
        ("29.02.2024", "2024-02-29"),
        ("29.02.2023", None),
        ("00.01.2024", None),
        ("01.13.2024", None),
        ("2024-01-02", None),
        ("1.2.2003", None),
        ("01.02.2003 ", None),
        ("01,02,2003", None),
        ("٠١.٠٢.٢٠٠٣", None),
    ],
)
def test_dates_are_tried_in_order(text: str, iso: str | None) -> None:
    assert turned(text, "date") == iso


@pytest.mark.parametrize(
    ("form", "text", "iso"),
    [
        ("yyyyMMdd", "20240229", "2024-02-29"),
        ("ddMMyyyy", "29022024", "2024-02-29"),
        ("dd/MM/yyyy", "29/02/2024", "2024-02-29"),
        ("dd.MM.yyyy HH:mm:ss", "29.02.2024 23:59:59", "2024-02-29"),
        ("yyyy-MM-ddTHH:mm:ss", "2024-02-29T00:00:00", "2024-02-29"),
        ("M/d/yyyy", "2/9/2024", "2024-02-09"),
        ("dd.MM.yyyy", "29x02x2024", None),
    ],
)
def test_forms_of_dates_say_the_same_in_sql_and_in_python(form: str, text: str, iso: str | None) -> None:
    read = read_form(form)
    assert duckdb.execute(f"SELECT {read.iso_sql('t', None)} FROM (SELECT ? AS t)", [text]).fetchone()[0] == iso
    assert read.iso(text, None) == iso


@pytest.mark.parametrize("form", ["", "yyyy-MM", "dd.mm.yyyy", "yyyy-MM-dd-dd", "yy-yyyy-MM-dd", "the day dd.MM.yyyy", "MMM yyyy dd"])
def test_what_is_no_form_of_a_date(form: str) -> None:
    assert read_form(form) is None


@pytest.mark.parametrize(
    ("text", "iso"), [("45292", "2024-01-01"), ("45292,0", "2024-01-01"), ("61", "1900-03-01"), ("60", None), ("x", None)]
)
def test_day_numbers_of_a_workbook(text: str, iso: str | None) -> None:
    assert duckdb.execute(f"SELECT {excel_sql('t')} FROM (SELECT ? AS t)", [text]).fetchone()[0] == iso


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7500", "7500"),
        ("7500,50", "7500.5"),
        ("7 500,50", "7500.5"),
        ("7\u00a0500,50", "7500.5"),
        ("-1,25", "-1.25"),
        ("1 234 567", "1234567"),
        ("007", "7"),
        ("0,00", "0"),
        ("100", "100"),
        ("7.500", None),
        ("7 50", None),
        ("1,", None),
        (",5", None),
        ("1e3", None),
        ("12 kr", None),
        ("1234567890123456", None),
    ],
)
def test_numbers_with_comma_and_spaces(text: str, number: str | None) -> None:
    assert turned(text, "decimal(9,2)") == number


def test_reckoning_and_rounding() -> None:
    assert turned("1000", "decimal(9,2)", MappedField("x", column="X", divide=Decimal(12))) == "83.33"
    assert turned("100,05", "decimal(9,2)", MappedField("x", column="X", multiply=Decimal("1.5"), add=Decimal(-1))) == "149.075"
    assert turned("72,55", "decimal(6,1)", MappedField("x", column="X", round=True)) == "72.6"
    assert turned("72,55", "decimal(6,1)") == "72.55"
    assert turned("2", "integer", MappedField("x", column="X", add=Decimal(1))) == "3"


def test_a_number_cell_of_a_workbook_comes_with_a_point_whatever_the_sign_in_texts() -> None:
    workbook = MappedFile("f", ".*", format="excel", decimal=",", thousands=" ")
    assert [turned(t, "decimal(9,2)", file=workbook) for t in ("1234.5", "1 234,5", "1.234,5")] == ["1234.5", "1234.5", None]


def test_yes_and_no_codes_and_parts() -> None:
    assert [turned(t, "boolean") for t in ("1", "0", "TRUE", "false", "Ja")] == ["1", "0", "1", "0", None]
    codes = MappedField("x", column="X", values=(("E", "owned"), ("-", "")))
    assert [turned(t, "text", codes) for t in ("E", "-", "e", "X")] == ["owned", "", None, None]
    place = MappedField("x", column="X", capture="([0-9]{4}) [^0-9]+$")
    assert [turned(t, "text", place) for t in ("Gata 1, 8006 Bodø", "8006", "it's 8006 B")] == ["8006", None, "8006"]
    part = MappedField("x", column="X", part=2, of="-")
    assert [turned(t, "text", part) for t in ("a-b-c", "a", "a-")] == ["b", None, None]
    assert turned("a", "text", MappedField("x", column="X", part=2, of="-", otherwise="")) == ""
