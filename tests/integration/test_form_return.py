"""Form 13 as it was sent through the gate: what it takes in and what it says where a line or a return is wrong."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from arrival_deliveries import deliver, settings_with_klass

from orchestration.arrivals.gate import GateResult, run_gate
from orchestration.form_13.return_file import return_text
from orchestration.handing_in.deliver import deliver as hand_in
from orchestration.handing_in.plan import Said
from orchestration.handing_in.reasons_nb import in_norwegian
from orchestration.settings import PROJECT_ROOT, Settings

HEADER = "municipality_code;year;counted_date;covered_office;line_id;line_count;symbol"
PERIOD = (dt.date(2019, 1, 1), dt.date(2024, 12, 31))


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


def sent(settings: Settings, *rows: str, supplier: str = "1804", period: tuple[dt.date, dt.date] = PERIOD) -> GateResult:
    """Deliver lines of returns and run the gate."""
    content = "\n".join([HEADER, *rows]) + "\n"
    deliver(settings, "form_return", supplier, {"form_return.csv": content.encode()}, period)
    return run_gate(settings)


def warnings(result: GateResult) -> list[tuple[str, str]]:
    """Rule and what should hold, of checks that did not."""
    return [(c.rule_id, c.description) for s in result.suites for c in s.checks if not c.success]


def test_a_return_keeps_numbers_zeros_and_symbols_apart(settings: Settings) -> None:
    result = sent(
        settings,
        "1804;2024;2024-12-31;all;2;970;",
        "1804;2024;2024-12-31;all;5.12;0;",
        "1804;2024;2024-12-31;all;U7.3;;..",
        "1804;2019;2019-11-30;housing_office;5.1_2009;3;",
    )
    assert [(f.entity, f.accepted_count, f.quarantined_count) for f in result.accepted[0].files] == [("line", 4, 0)]
    assert warnings(result) == []
    columns = "year, counted_date::VARCHAR, covered_office, line_id, label_nb, line_count, symbol"
    assert duckdb.sql(f"SELECT {columns} FROM '{settings.raw}/form_return/*/line.parquet' ORDER BY line_number").fetchall() == [
        (2024, "2024-12-31", "all", "2", None, 970, None),
        (2024, "2024-12-31", "all", "5.12", None, 0, None),
        (2024, "2024-12-31", "all", "U7.3", None, None, ".."),
        (2019, "2019-11-30", "housing_office", "5.1_2009", None, 3, None),
    ]


def test_a_wrong_line_goes_to_quarantine_with_file_line_field_and_rule(settings: Settings) -> None:
    result = sent(
        settings,
        "1804;2024;2024-12-31;all;2;970;",
        "1804;2024;2024-12-31;all;99;1;",
        "1804;2024;2024-12-31;all;5.1_2009;1;",
        "1804;2019;2019-12-31;all;5.12;1;",
        "1804;2024;2024-12-31;all;2;971;",
        "1804;2024;2024-12-31;all;2.1;-1;",
        "1804;2024;2024-12-31;all;2.2;1.5;",
        "1804;2024;2024-12-31;all;2.3;1 000;",
        "1804;2024;2024-12-31;all;4.1;;",
        "5001;2024;2024-12-31;all;4.2;5;",
        "1804;2024;31.12.2024;alle;3;5;*",
    )
    assert [(f.accepted_count, f.quarantined_count) for f in result.accepted[0].files] == [(1, 10)]
    rows = duckdb.sql(f"SELECT file_name, line_number, rule_id, field_name, reason FROM '{settings.quarantine}/*/*/rows.parquet'")
    found = sorted(rows.fetchall(), key=lambda row: row[1:4])
    assert [row[1:4] for row in found] == [
        (3, "R005", "line_id"),
        (4, "R032", "line_id"),
        (5, "R032", "line_id"),
        (6, "R007", "municipality_code, year, line_id"),
        (7, "R004", "line_count"),
        (8, "R004", "line_count"),
        (9, "R004", "line_count"),
        (10, "R031", "line_count"),
        (11, "R009", "municipality_code"),
        (12, "R003", "counted_date"),
        (12, "R005", "covered_office"),
        (12, "R005", "symbol"),
    ]
    assert {row[0] for row in found} == {"form_return.csv"}
    assert [in_norwegian(row[4]) for row in found[:2]] == [
        "skal være en kode i seeds/form/form_line.csv",
        "skal være en kode som gjelder det året som står i year, etter seeds/form/form_line.csv",
    ]
    assert [row[4] for row in found[:2]] == [
        "must be a code of seeds/form/form_line.csv",
        "must be a code that holds in the year of the row, by seeds/form/form_line.csv",
    ]


@pytest.mark.parametrize(
    ("code", "period", "years", "wrong"),
    [
        ("3012", (2022, 2023), (2021, 2022, 2023, 2024), [(2, 2021), (5, 2024)]),  # in use from 2020 to 2023
        ("3124", (2022, 2024), (2022, 2023, 2024), [(2, 2022), (3, 2023)]),  # in use from 2024
    ],
    ids=["years outside the period", "years before the code"],
)
def test_a_year_that_the_delivery_cannot_be_of_goes_to_quarantine(
    settings: Settings, code: str, period: tuple[int, int], years: tuple[int, ...], wrong: list[tuple[int, int]]
) -> None:
    days = (dt.date(period[0], 1, 1), dt.date(period[1], 12, 31))
    result = sent(settings, *(f"{code};{year};{year}-12-31;all;2;31;" for year in years), supplier=code, period=days)
    assert [(f.accepted_count, f.quarantined_count) for f in result.accepted[0].files] == [(len(years) - len(wrong), len(wrong))]
    columns = "file_name, line_number, rule_id, field_name, reason"
    rows = duckdb.sql(f"SELECT {columns} FROM '{settings.quarantine}/*/*/rows.parquet' ORDER BY line_number").fetchall()
    reason = "must be a year of the delivery's period at whose end the municipality code was in use"
    assert rows == [("form_return.csv", line, "R033", "year", reason) for line, _ in wrong]
    kept = duckdb.sql(f"SELECT year FROM '{settings.raw}/form_return/*/line.parquet' ORDER BY 1").fetchall()
    assert kept == [(year,) for year in years if year not in [wrong_year for _, wrong_year in wrong]]
    told = "skal være et år i leveransens periode der kommunenummeret var i bruk ved utgangen av året"
    assert in_norwegian(reason) == told


@pytest.mark.parametrize(
    ("second", "what"),
    [("2024-11-30;all", "counted_date"), ("2024-12-31;service_office", "covered_office")],
    ids=["day of count", "office"],
)
def test_a_return_that_contradicts_itself_is_refused(settings: Settings, second: str, what: str) -> None:
    result = sent(settings, "1804;2024;2024-12-31;all;2;970;", "1804;2023;2023-12-31;all;2;970;", f"1804;2024;{second};4.1;900;")
    assert [(r.refusal_rule_id, what in r.refusal_reason) for r in result.refused] == [("F035", True)]


def test_a_return_in_two_files_of_one_delivery_is_refused(settings: Settings) -> None:
    """Which of them counts nobody can tell; two returns of different years in two files are fine."""
    files = {year: f"{HEADER}\n1804;{year};{year}-12-31;all;2;970;\n".encode() for year in (2023, 2024)}
    deliver(settings, "form_return", "1804", {f"skjema13_1804_{year}.csv": body for year, body in files.items()}, PERIOD, name="fine")
    assert [f.accepted_count for f in run_gate(settings).accepted[0].files] == [1, 1]
    deliver(settings, "form_return", "1804", {"form_return.csv": files[2024], "skjema13_1804_2024.csv": files[2024]}, PERIOD, name="twice")
    (refused,) = run_gate(settings).refused
    assert refused.refusal_rule_id == "F035" and "A line stands in one file of a delivery alone" in refused.refusal_reason


def test_an_odd_return_is_taken_in_with_a_warning(settings: Settings) -> None:
    result = sent(
        settings,
        "1804;2024;2024-12-31;all;2;970;..",
        "1804;2023;2023-05-31;all;2;970;",
    )
    assert result.accepted[0].files[0].accepted_count == 2
    assert warnings(result) == [
        ("F019", "A return is counted between 30 June of its year and 31 March of the next"),
        ("F019", "A symbol that says why there is no number does not stand beside one"),
    ]


@pytest.mark.parametrize(("year", "number"), [(2019, ""), (2024, ""), (2024, "_12")])
def test_the_file_that_the_form_is_written_to_is_handed_in_as_it_is(settings: Settings, tmp_path: Path, year: int, number: str) -> None:
    """With every line of the form of the year, extensions too: a number, or a symbol where it cannot be told."""
    with (PROJECT_ROOT / "seeds" / "form" / "form_line.csv").open(encoding="utf-8", newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if int(r["first_year"] or year) <= year <= int(r["last_year"] or year)]
    lines = [
        SimpleNamespace(line_id=r["line_id"], label_nb=r["label_nb"], count=None if n % 3 else n, symbol=".." if n % 3 else None)
        for n, r in enumerate(rows)
    ]
    form = SimpleNamespace(municipality_code="1804", year=year, reference_date=dt.date(year, 12, 31), lines=lines)
    file = tmp_path / f"skjema13_1804_{year}{number}.csv"
    file.write_bytes(return_text(form).encode())
    (placed,) = hand_in(settings, [file], Said(municipality="1804", period_end=dt.date(year, 12, 31)))
    assert (placed.known, placed.manifest.source) == ("", "form_return")
    result = run_gate(settings)
    assert [(f.file_name, f.accepted_count, f.quarantined_count) for f in result.accepted[0].files] == [(file.name, len(rows), 0)]
    assert len(rows) > 60 and warnings(result) == []
    columns = "line_id, label_nb, line_count, symbol"
    kept = duckdb.sql(f"SELECT {columns} FROM '{settings.raw}/form_return/*/line.parquet' ORDER BY line_number").fetchall()
    assert kept == [(line.line_id, line.label_nb, line.count, line.symbol) for line in lines]
