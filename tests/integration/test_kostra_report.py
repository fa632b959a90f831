"""The control report: what a reporter reads, where the journal number comes from, and what never stands in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from pathlib import Path

import pytest
from arrival_deliveries import deliver, settings_with_klass, synthetic_id
from kostra_records import account_line, record
from typer.testing import CliRunner

from orchestration.arrivals.gate import run_gate
from orchestration.cli import app
from orchestration.kostra.file_pages import file_pages
from orchestration.kostra.registry import controls_of
from orchestration.kostra.report import as_csv, as_html, as_text, control_report
from orchestration.settings import Settings, UserError

YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
LATER = dt.datetime(2026, 1, 20)


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data home where the classification of municipalities is accepted already."""
    return settings_with_klass(tmp_path, tmp_path_factory)


@pytest.fixture
def taken_in(settings: Settings) -> Settings:
    """A file of 11F with an error, a warning and a code out of its list, one of 11CF that is cut wrong, and accounts that do not add up."""
    lines = [
        record("11F", 2025),
        record("11F", 2025, 1, ANTBU18="02", PERSON_JOURNALNR="=J2"),
        record("11F", 2025, 2, BIDRAG="0700000", BIDRAG_JAN="0700000"),
        record("11F", 2025, 3, BOSIT="9", PERSON_JOURNALNR="J44"),
        record("11F", 2025, 4, KOMMUNE_NR="5001"),
    ]
    deliver(settings, "kostra_11f", "1804", {"11F_1804_2025.dat": b"\n".join(lines)}, YEAR, LATER)
    deliver(settings, "kostra_11cf", "1804", {"11CF_1804_2025.dat": record("11CF", 2024)}, YEAR, LATER)
    accounts = [account_line(2025, belop="      900"), account_line(2025, art_sektor="600", belop="     -500")]
    deliver(settings, "kostra_accounts", "1804", {"0A_V2025_K0_R180400.dat": b"\n".join(accounts)}, YEAR, LATER)
    run_gate(settings)
    return settings


def found(settings: Settings, **chosen: object) -> list[tuple]:
    """Form, control, severity, record and journal number of each line of the report."""
    return [(x.form, x.control, x.severity, x.record, x.journal_number) for x in control_report(settings, **chosen)]


def test_errors_come_first_and_each_names_its_record(taken_in: Settings) -> None:
    assert found(taken_in, form="11F") == [
        ("11F", "K012", "error", 2, "=J2"),
        ("11F", "K002", "error", 4, "J44"),
        ("11F", "K035", "error", 4, "J44"),
        ("11F", "K003", "error", 5, "J5"),
        ("11F", "K030", "warning", 3, "J3"),
    ]
    assert found(taken_in, form="11CF") == [("11CF", "K001", "fatal", None, "")]


def test_sums_of_accounts_tell_the_amount(taken_in: Settings) -> None:
    lines = control_report(taken_in, form="REG")
    assert [(x.control, x.record) for x in lines] == [("K110", None), ("K130", None), ("K135", None)]
    assert lines[0].message == "Drift, differanse: Inntekter og utgifter i driftsregnskapet går ikke opp. (400)"


def test_only_the_latest_file_of_a_period_is_told(taken_in: Settings) -> None:
    deliver(taken_in, "kostra_11f", "1804", {"11F_1804_2025.dat": record("11F", 2025)}, YEAR, dt.datetime(2026, 2, 1), name="again")
    run_gate(taken_in)
    assert found(taken_in, form="11F") == []
    assert as_text(control_report(taken_in, form="11F")) == "No control found anything.\n"


def test_without_the_file_in_landing_the_journal_number_is_empty(taken_in: Settings) -> None:
    shutil.rmtree(taken_in.landing / "kostra_11f")
    assert {key for *_, key in found(taken_in, form="11F")} == {""}


def test_a_national_id_is_in_no_report(settings: Settings) -> None:
    person = synthetic_id(1)
    for year, name in ((2022, "PERSON_JOURNALNR"), (2025, "PERSON_DUF")):
        value = person[:8] if name == "PERSON_JOURNALNR" else person
        changes = {name: value, "KJONN": "7", "PERSON_FODSELSNR": person[:10] + "x"}
        period = (dt.date(year, 1, 1), dt.date(year, 12, 31))
        deliver(settings, "kostra_11f", "1804", {f"11F_1804_{year}.dat": record("11F", year, **changes)}, period, LATER)
    run_gate(settings)
    lines = control_report(settings)
    assert {(x.year, x.control) for x in lines} >= {(2022, "K005"), (2022, "K008"), (2025, "K008")}
    assert not any(person in write(lines) or person[:10] in write(lines) for write in (as_text, as_csv, as_html))


def test_csv_holds_no_formula_and_the_page_no_markup(taken_in: Settings) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(control_report(taken_in))), delimiter=";"))
    assert {row["journal_number"] for row in rows} >= {"'=J2", "J44"}
    assert "<td>K012</td><td>error</td><td>2</td><td>=J2</td>" in as_html(control_report(taken_in))


def test_what_has_not_come_is_said(settings: Settings) -> None:
    with pytest.raises(UserError, match="No KOSTRA file of that municipality, year and form"):
        control_report(settings, "1804", 2025, "11F")
    with pytest.raises(UserError, match="--form: must be one of 11F, 11CF, REG"):
        control_report(settings, form="11G")


def test_the_command_writes_the_report(taken_in: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FJERNLYS_HOME", str(taken_in.home))
    shown = CliRunner().invoke(app, ["control-report", "--municipality", "1804", "--form", "11F"])
    assert shown.exit_code == 0 and "  K030   warning  record 3, journal J3: Stønadssum over grensen" in shown.stdout
    target = tmp_path / "report.html"
    CliRunner().invoke(app, ["control-report", "--format", "html", "--out", str(target)])
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_each_file_has_a_page_with_every_control_of_its_year_and_the_records_it_found(taken_in: Settings) -> None:
    pages = {name: text for name, _, text in file_pages(taken_in)}
    assert sorted(pages) == [f"kostra-{form}-1804-2025-12-31.html" for form in ("11CF", "11F", "REG")]
    text = pages["kostra-11F-1804-2025-12-31.html"]
    controls = [c for c in controls_of("11F") if c.holds_in(2025)]
    assert text.count("<tr><td class=") == len(controls)
    assert "5 poster lest, 2 tatt inn" in text
    assert f"{len(controls)} kontroller, 5 ga utslag" in text
    (row,) = [part for part in text.split("<tr>") if "<td>K030</td>" in part]
    assert "class=failed>utslag" in row
    assert row.endswith("<td>1</td><td>3</td></tr>")
    (row,) = [part for part in text.split("<tr>") if "<td>K031</td>" in part]
    assert "class=passed>ingen utslag" in row
    assert "Avvist (F009)" in pages["kostra-11CF-1804-2025-12-31.html"]
    assert synthetic_id(1) not in "".join(pages.values())
