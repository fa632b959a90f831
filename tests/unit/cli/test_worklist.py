"""Work list and calendar from a release: what they say, and that nothing a supplier wrote can run in a spreadsheet or a browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration.delivery_calendar import print_calendar
from orchestration.linkage import print_linkage
from orchestration.settings import Settings, UserError, load_settings
from orchestration.worklist import municipalities_with_a_list, read_worklist, render_worklist, write_worklist


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data home with a release that holds the tables of the two lists."""
    found = load_settings({"FJERNLYS_HOME": str(tmp_path / "home"), "FJERNLYS_KEY_FILE": str(tmp_path / "key")})
    folder = found.releases / "0001-0123456789ab"
    folder.mkdir(parents=True)
    (found.releases / "current").symlink_to(folder.name)
    with duckdb.connect(str(folder / "analyst.duckdb")) as con:
        con.execute(
            """
            create table dim_municipality as
            select '1804' as municipality_code, 'Bodø' as municipality_name, date '2020-01-01' as valid_from;
            create table dim_quality_rule as select 'R003' as rule_id, 'Uleselig dato' as title_nb;
            create table fct_quarantine_row as
            select 'municipal' as source, '' as extract, supplier, 'tenancy' as entity, date '2025-01-31' as period_end, 'd' as delivery_id,
                file_name, line_number::bigint as line_number, 'start_date' as field_name, 'R003' as rule_id, 'must be a date' as reason,
                date '2025-02-03' as first_seen_date, date '2025-03-03' as last_seen_date, 2 as seen_count, state
            from (values ('1804', '=cmd|x.csv', 7, 'open'), ('1804', '<b>.csv', 8, 'open'), ('1804', 'a.csv', 9, 'mended'),
                ('1804', 'a.csv', 10, 'accepted'), ('5001', 'b.csv', 1, 'open')) as v (supplier, file_name, line_number, state);
            create table fct_quarantine_delivery as
            select date '2025-02-03' as received_date, 'municipal' as source, date '2025-01-31' as period_end,
                'accepted' as delivery_status,
                'R003' as rule_id, entity, row_count, open_row_count, '1804' as supplier
            from (values ('tenancy', 3, 1), ('household_member', 1, 1)) as v (entity, row_count, open_row_count);
            create table fct_decision as
            select 'group_correction' as kind, 'M-1' as decision_id, date '2025-01-05' as decided_at, 'no_longer_applies' as state,
                'key_gone' as no_longer_because, '1804' as municipality_code;
            create table fct_delivery_status as
            select 'municipal' as source, '*' as extract, supplier, entity, date '2024-12-31' as period_end,
                date '2025-01-31' as due_date, status,
                cast(received as date) as first_received_date, late::integer as days_late, false as is_superseded
            from (values ('1804', 'dwelling', 'late', '2025-02-03', 3), ('1804', 'tenancy', 'partly', null, null),
                ('1804', 'application', 'partly', null, null), ('5001', 'dwelling', 'on_time', '2025-01-03', 0))
                as v (supplier, entity, status, received, late);
            """
        )
    return found


def test_the_list_names_open_rows_and_counts_the_others(settings: Settings) -> None:
    text = render_worklist(read_worklist(settings, "1804"), "text")
    assert text.startswith("Work list of 1804 Bodø: 2 rows to mend\n")
    assert "=cmd|x.csv, line 7, field start_date: R003 Uleselig dato: must be a date" in text
    assert "period to 2025-01-31; first seen 2025-02-03, 2 time(s)" in text
    assert "R003 Uleselig dato: 2, 1, 1" in text and "a.csv" not in text and "b.csv" not in text
    assert "received 2025-02-03 municipal period to 2025-01-31 (accepted): 4 (R003 4), 2 still open" in text
    assert text.endswith(
        "\nDecisions that no longer apply\n"
        "  The municipality gave the ids itself; as a rule M- is a row of group_corrections.csv (group_correction), K- of "
        "match_decisions.csv (match_decision) and A- of accepted_deviations.csv (accepted_deviation). Mend or take out the row there "
        "and send the whole file again: docs/decide.md.\n"
        "  group_correction M-1 of 2025-01-05: its key is in no delivery\n"
    )
    assert municipalities_with_a_list(settings) == ["1804", "5001"]


def test_a_spreadsheet_takes_no_cell_for_a_formula(settings: Settings) -> None:
    rows = list(csv.DictReader(io.StringIO(render_worklist(read_worklist(settings, "1804"), "csv")), delimiter=";"))
    assert [row["file_name"] for row in rows] == ["<b>.csv", "'=cmd|x.csv"]
    assert rows[1]["line_number"] == "7" and rows[1]["rule_id"] == "R003"


def test_a_page_shows_markup_as_text_and_fetches_nothing(settings: Settings, tmp_path: Path) -> None:
    page = write_worklist(settings, "1804", "html", tmp_path / "list.html")
    assert (tmp_path / "list.html").read_text(encoding="utf-8") == page
    assert "<p>The municipality gave the ids itself; as a rule M- is a row of group_corrections.csv" in page
    assert "&lt;b&gt;.csv" in page and "<b>" not in page and "<script" not in page and "http" not in page


@pytest.mark.parametrize(
    ("code", "form", "says"),
    [
        ("18O4", "text", "--municipality: '18O4' is not a municipality code. Write four digits, such as 1804."),
        ("1804", "pdf", "--format: 'pdf' is not a format. Write one of text, csv, html."),
    ],
)
def test_a_mistake_is_told(settings: Settings, code: str, form: str, says: str) -> None:
    with pytest.raises(UserError) as told:
        write_worklist(settings, code, form, None)
    assert str(told.value) == says


def _asked_for(command: Callable[[Settings, str], object], settings: Settings, code: str) -> str:
    with pytest.raises(UserError) as told:
        command(settings, code)
    return str(told.value)


@pytest.mark.parametrize("command", [read_worklist, print_calendar, print_linkage])
def test_a_code_that_nobody_has_is_told_with_some_that_deliver(settings: Settings, command: Callable[[Settings, str], object]) -> None:
    nobody = "--municipality: no municipality 9999 is known and none delivers under that code. "
    assert _asked_for(command, settings, "9999") == nobody + "Those that deliver: 1804 Bodø."
    names = "('1811', 'Bindal'), ('1835', 'Træna'), ('1838', 'Gildeskål'), ('1840', 'Saltdal'), ('1804', 'Det nye Bodø'), ('0301', 'Oslo')"
    names += ", ('5001', 'Trondheim')"
    with duckdb.connect(str(settings.releases / "current" / "analyst.duckdb")) as con:
        con.execute(f"insert into dim_municipality select *, date '2024-01-01' from (values {names})")
        con.execute("insert into fct_delivery_status (supplier) from (values ('1811'), ('1835'), ('1838'), ('1840'), ('ssb'))")
    few = "Those that deliver: 1804 Det nye Bodø, 1811 Bindal, 1835 Træna, 1838 Gildeskål, 1840 Saltdal and 1 more."
    assert _asked_for(command, settings, "9999") == nobody + few
    with duckdb.connect(str(settings.releases / "current" / "analyst.duckdb")) as con:
        con.execute("delete from fct_delivery_status")
    assert _asked_for(command, settings, "9999") == nobody + "Nobody delivers yet."


def test_a_release_without_the_tables_says_what_to_do(settings: Settings) -> None:
    with duckdb.connect(str(settings.releases / "current" / "analyst.duckdb")) as con:
        con.execute("drop table fct_quarantine_row")
    with pytest.raises(UserError, match="Run: fjernlys nightly"):
        read_worklist(settings, "1804")


def _calendar(settings: Settings, municipality: str | None) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_calendar(settings, municipality, console)
    return console.file.getvalue()


def test_the_calendar_tells_everybody_what_is_owed_and_one_all_of_it(settings: Settings) -> None:
    owed = _calendar(settings, None)
    (line,) = [line for line in owed.splitlines() if "came without it" in line and "1804" in line]
    assert line.split() == ["1804", "municipal", "2024-12-31", "2025-01-31", "came", "without", "it", "application,", "tenancy"]
    assert "late by" not in owed
    assert "late by 3 days" in _calendar(settings, "1804")


def test_the_calendar_cuts_no_day_in_a_pipe(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    print_calendar(settings, "1804")
    assert "2024-12-31  2025-01-31  late by 3 days   2025-02-03  dwelling" in capsys.readouterr().out
