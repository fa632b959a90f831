"""``fjernlys skjema13``: what it tells, and a clear sentence where there is no form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from orchestration.form_13.files import forms_asked_for, written
from orchestration.form_13.sheets import sheets
from orchestration.settings import Settings, UserError


def message(run: Callable[..., Result], *arguments: str) -> str:
    """What a user's mistake is answered with: ``main`` prints it and ends with exit code 2."""
    result = run(*arguments)
    assert isinstance(result.exception, UserError), result.output
    return str(result.exception)


def test_one_municipality_and_the_last_year(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("skjema13", "--municipality", "5001", "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "Form 13 of 5001 Trondheim 2025, from build 0123456789ab: 7 lines",
        "1 of them cannot be told and are marked:",
        "  1: Filen er ikke levert.",
        "Dette skjemaet:",
        "  Sammenhenger som ikke stemmer (K01-K15): 0",
        "  Linjer som er uvanlige (K16, K17): 1",
        "    K16 Ingen stor endring: 2",
        "  Kan ikke kontrolleres: 1 sammenheng og 1 linje",
        "Skjemaet for 2025 som ble sendt 15.02.2026 (bare boligkontoret):",
        "  Sammenhenger som ikke stemmer (K01-K15): 1",
        "    K02 Bevegelse: =1+1",
        "Skjemaet for 2024 som ble sendt 15.02.2025 (hele kommunen):",
        "  Sammenhenger som ikke stemmer (K01-K15): 1",
        "    K09 Inngående: Differanse: 1.",
        "Tidligere sendt for 2025: 15.02.2026, bare boligkontoret, telt 30.12.2025, 1 linje avviker",
        "  fjernlys explain reconciliation --municipality 5001 --year 2025 --pair own_form_sent --line 2",
        *(f"  {tmp_path}/out/skjema13_5001_2025.{kind}" for kind in ("xlsx", "csv", "html")),
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"skjema13_5001_2025.{kind}" for kind in ("csv", "html", "xlsx")]


def test_all_that_have_a_form_of_a_year(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("skjema13", "--all", "--year", "2024", "--out", str(tmp_path), "--format", "csv")
    assert result.stdout.splitlines() == [
        f"5 forms of 2024 are in {tmp_path}; 1 of them lack lines.",
        f"Which, and controls that are not met: {tmp_path}/skjema13_2024.csv",
    ]
    assert sorted(path.name for path in tmp_path.glob("skjema13_????_2024.csv")) == [
        f"skjema13_{code}_2024.csv" for code in ("3124", "4003", "4004", "4007", "5001")
    ]


def test_a_list_beside_all_forms_says_which_lack_what(run: Callable[..., Result], tmp_path: Path) -> None:
    run("skjema13", "--all", "--year", "2025", "--out", str(tmp_path), "--format", "csv")
    assert (tmp_path / "skjema13_2025.csv").read_bytes().decode("utf-8-sig").split("\r\n") == [
        "municipality_code;municipality_name;missing_line_count;broken_control_count;unlikely_line_count;"
        "missing_lines;broken_controls;unlikely_lines",
        "5001;Trondheim;1;0;1;nr. 7;;nr. 2",
        "",
    ]


def test_last_years_numbers_of_a_renumbered_municipality_are_those_of_its_earlier_code(run: Callable[..., Result], tmp_path: Path) -> None:
    run("skjema13", "--municipality", "3124", "--year", "2024", "--out", str(tmp_path), "--format", "html")
    page = (tmp_path / "skjema13_3124_2024.html").read_text(encoding="utf-8")
    assert '<td>2</td><td>Boliger i alt</td><td class="n">5</td><td class="n">4</td><td class="n">+1</td><td>Egne registre</td>' in page
    assert "<td>Fjorårets tall er fra</td><td>3012</td>" in page


def test_rows_of_a_renumbered_municipality_are_not_followed(settings: Settings) -> None:
    (form,) = forms_asked_for(settings, "3124", 2024)
    assert [(change.line.line_id, [(cause.amount, cause.reason_nb) for cause in change.causes]) for change in form.changes] == [
        ("2", [(1, "Kommunen har fått nytt nummer, og radene kan ikke følges")])
    ]


def test_groups_that_are_new_in_the_form_break_the_series(settings: Settings) -> None:
    with duckdb.connect(str(settings.releases / "current" / "analyst.duckdb")) as con:
        of_groups = "select line_id from form_line where breakdown <> 'none'"
        con.execute(f"delete from number where year = 2024 and (line_id in ({of_groups}) or line_id = '7')")
        con.execute("update number set line_count = 6 where year = 2025 and line_id = '7'")
    (form,) = forms_asked_for(settings, "5001", 2025)
    by_name = {sheet.name: sheet for sheet in sheets(form)}
    (moved_in,), (temporary,) = by_name["Nyinnflyttede"].tables, by_name["Midlertidig botilbud"].tables
    assert [row.values[-1] for row in moved_in.rows] == ["Brudd i 2025: nye grupper"] * 3
    assert [row.values[-1] for row in temporary.rows] == ["Brudd i 2025: ny linje"]
    changed = {row.values[0]: row.values[4:] for row in by_name["Endringer"].tables[0].rows}
    assert changed["5"] == (19, "Kan ikke deles på grupper: gruppene er nye i 2025")
    for name in ("Endringer", "Metoder"):
        assert any(note.startswith("Brudd i 2025: skjemaet har fått nye grupper.") for note in by_name[name].notes)


def test_last_years_numbers_of_a_merged_municipality_are_the_sum_of_its_parts_where_each_has_one(settings: Settings) -> None:
    (form,) = forms_asked_for(settings, "4003", 2024)
    assert [(line.count, line.earlier.count, line.earlier.symbol, line.change) for line in form.lines] == [
        (31, 30, None, None),
        (25, None, "..", None),
    ]
    page = written(form, "html").decode()
    assert "<td>Fjorårets tall er fra</td><td>4001 og 4002</td>" in page
    assert page.count("<td>Andre grenser: 4001 og 4002 i fjor</td>") == 2


def test_a_municipality_that_took_another_in_has_the_sum_of_both_and_no_change(settings: Settings) -> None:
    (form,) = forms_asked_for(settings, "4004", 2024)
    assert {line.line_id: line.earlier and line.earlier.count for line in form.lines} == {"2": 55, "4.1": None}
    assert form.changes == ()
    page = written(form, "html").decode()
    assert (
        '<td class="n">57</td><td class="n">55</td><td class="n"></td><td>Egne registre</td><td>Andre grenser: 4004 og 4005 i fjor</td>'
        in page
    )
    assert "Kommunen har andre grenser enn i 2023, da området var 4004 og 4005." in page
    assert "kontroll K16 bedømmer dem ikke" in page


def test_of_a_part_of_a_municipality_nobody_can_tell_last_years_number(settings: Settings) -> None:
    (form,) = forms_asked_for(settings, "4007", 2024)
    assert [(line.line_id, line.count, line.earlier) for line in form.lines] == [("2", 12, None)]
    page = written(form, "html").decode()
    assert "<td>Fjorårets tall mangler for</td><td>en del av 4008 og 4009</td>" in page
    assert "<td>Andre grenser: en del av 4008 og 4009 i fjor</td>" in page


@pytest.mark.parametrize(
    ("code", "year", "before", "change"),
    [("5001", 2018, 160, 340), ("5001", 2020, 540, None), ("0715", 2018, 3, None), ("1507", 2020, 42, None)],
)
def test_last_years_number_is_the_same_whoever_else_is_asked_for(
    settings: Settings, code: str, year: int, before: int, change: int | None
) -> None:
    """Trondheim and Klæbu were renumbered in 2018 and merged in 2020: of 2018, one does not take the other's number."""
    with duckdb.connect(str(settings.releases / "current" / "analyst.duckdb")) as con:
        con.execute(
            """insert into dim_municipality select code, 'Navn', date '2010-01-01', null, code
            from (values ('1601'), ('1662'), ('5030'), ('0702'), ('0714'), ('0715'), ('1504'), ('1523'), ('1507')) as v (code);
            insert into number values ('1601', 2017, '2', 160), ('1662', 2017, '2', 7), ('5001', 2018, '2', 500), ('5030', 2018, '2', 8),
                ('5001', 2019, '2', 530), ('5030', 2019, '2', 10), ('5001', 2020, '2', 545), ('0702', 2017, '2', 1), ('0714', 2017, '2', 2),
                ('0715', 2018, '2', 4), ('1504', 2019, '2', 40), ('1523', 2019, '2', 2), ('1507', 2020, '2', 44)"""
        )
    (alone,) = forms_asked_for(settings, code, year)
    everyone = {form.municipality_code: form for form in forms_asked_for(settings, None, year)}
    assert alone == everyone[code] and len(everyone) > 1
    (line,) = alone.lines
    assert (line.earlier.count, line.change) == (before, change)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Say one of --municipality CODE and --all."),
        (("--municipality", "5001", "--all"), "Say one of --municipality CODE and --all."),
        (("--all", "--sent"), "--sent keeps the form of one municipality: say --municipality CODE."),
        (("--municipality", "5OO1"), "--municipality: '5OO1' is not a municipality code. Write four digits, such as 1804."),
        (
            ("--municipality", "9999"),
            "--municipality: no municipality 9999 is known and none delivers under that code. Those that deliver: 5001 Trondheim.",
        ),
        (
            ("--municipality", "5014"),
            "5014 Frøya has no form of 2025: it has delivered nothing that a form can be made of. Those that have one: 5001 Trondheim.",
        ),
        (
            ("--municipality", "5001", "--year", "2022"),
            "5001 Trondheim has no form of 2022: nothing was delivered of that year. Years there are: 2024-2025.",
        ),
        (
            ("--municipality", "4008", "--year", "2025"),
            "4008 Delt has no form of 2025: 4008 was in use until 2023-12-31, and its area went to 4006 Del, 4007 Ny del. "
            "Those that have one: 5001 Trondheim.",
        ),
        (
            ("--municipality", "4002", "--year", "2025"),
            "4002 Vest has no form of 2025: 4002 was in use until 2023-12-31, and its area went to 4003 Ny. "
            "Those that have one: 5001 Trondheim.",
        ),
        (
            ("--municipality", "4006", "--year", "2022"),
            "4006 Del has no form of 2022: 4006 is in use from 2024-01-01, and its area was 4008 Delt before.",
        ),
        (("--all", "--year", "2019"), "--year: no municipality has a form of 2019. Years there are: 2023-2025."),
        (
            ("--municipality", "3012", "--year", "2024"),
            "3012 Aremark has no form of 2024: the form of that year is of 3124 Aremark. Its borders or its code changed: "
            "3012 was in use until 2023-12-31, and its area went to 3124 Aremark.",
        ),
        (
            ("--municipality", "3124", "--year", "2023"),
            "3124 Aremark has no form of 2023: the form of that year is of 3012 Aremark. Its borders or its code changed: "
            "3124 is in use from 2024-01-01, and its area was 3012 Aremark before.",
        ),
        (
            ("--municipality", "4003", "--year", "2023"),
            "4003 Ny has no form of 2023: the forms of that year are of 4001 Øst, 4002 Vest. Its borders or its code changed: "
            "4003 is in use from 2024-01-01, and its area was 4001 Øst, 4002 Vest before.",
        ),
        (("--municipality", "5001", "--format", "pdf"), "--format: 'pdf' is not a format. Write one or more of xlsx,csv,html."),
    ],
)
def test_a_mistake_is_told(run: Callable[..., Result], tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    assert message(run, "skjema13", "--out", str(tmp_path), *arguments) == says
    assert not list(tmp_path.glob("skjema13*"))


def test_a_release_without_the_verdicts_on_lines_is_told(run: Callable[..., Result], settings: Settings) -> None:
    (settings.releases / "current" / "analyst_form_controls.parquet").unlink()
    assert message(run, "skjema13", "--all").endswith("was made before it held forms. Run: fjernlys nightly")


def test_no_release_and_one_without_forms_are_told(run: Callable[..., Result], settings: Settings) -> None:
    with duckdb.connect(str(settings.releases / "current" / "analyst.duckdb")) as con:
        con.execute("delete from number")
    assert (
        message(run, "skjema13", "--all") == "No municipality has told enough of any year for a form. What was delivered: fjernlys calendar"
    )
    with duckdb.connect(str(settings.releases / "current" / "analyst.duckdb")) as con:
        con.execute("drop view fct_form_line")
    assert message(run, "skjema13", "--all").endswith("was made before it held forms. Run: fjernlys nightly")
    (settings.releases / "current").unlink()
    assert message(run, "skjema13", "--municipality", "5001") == f"There is no release in {settings.releases} yet. Run: fjernlys nightly"
