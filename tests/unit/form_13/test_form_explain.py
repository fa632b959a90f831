"""The rows behind a number, and what differs between two builds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import duckdb
import pytest
from click.testing import Result
from hand_made_forms import BUILD, make_build

from orchestration.form_13.explain import explain_line
from orchestration.privacy.pseudonym import load_key
from orchestration.releasing.rekey import audience_secret, create_map
from orchestration.settings import Settings, UserError

ASKED = ("explain", "skjema13", "--municipality", "5001", "--year", "2025")


def analyst_key(settings: Settings, text: str) -> str:
    """The key that the analysts' release has for the row made of a text."""
    with duckdb.connect() as con:
        create_map(con, f"select md5('{text}')::uuid as old", audience_secret(load_key(settings), "analyst"))
        return con.execute("select new from temp.rekey_map").fetchone()[0]


def test_the_rows_of_a_line_are_its_number_with_own_keys_and_reasons(settings: Settings) -> None:
    found = explain_line(settings, "5001", 2025, "2", False, None, "analyst")
    assert found.title == f"5001 Trondheim 2025, line 2 Boliger i alt: 3 (build {BUILD})"
    assert [(row["local_id"], row["reason_label_nb"]) for row in found.rows] == [(f"B-{n}", "Disponert") for n in (1, 2, 3)]
    assert len(found.rows) == found.count == 3
    assert [row["member_key"] for row in found.rows] == [analyst_key(settings, str(n)) for n in (1, 2, 3)]


def test_each_kind_of_row_has_its_own_key_its_dwelling_and_its_days(settings: Settings) -> None:
    rows = explain_line(settings, "5001", 2025, "U9", False, None, "analyst").rows
    assert [(row["member_kind"], row["local_id"], row["dwelling_id"], str(row["from_date"]), str(row["to_date"])) for row in rows] == [
        ("application", "A-1", None, "2025-01-10", "2025-03-10"),
        ("household", "H-1", "B-1", "2025-02-01", "None"),
        ("stay", "O-1", None, "2025-12-01", "None"),
        ("tenancy", "L-1", "B-1", "2025-02-01", "None"),
    ]
    gone = explain_line(settings, "5001", 2025, "2", True, None, "analyst").rows
    assert [(row["local_id"], str(row["from_date"]), str(row["to_date"])) for row in gone] == [("B-4", "2019-05-01", "2025-06-01")]


def test_the_day_is_that_of_the_reason_and_keys_are_those_the_municipality_knows(settings: Settings) -> None:
    """A double has the days it was delivered with and the one that counts; a place has its flat's key; `#` may be the key's own."""
    rows = explain_line(settings, "5001", 2025, "U9", True, None, "analyst").rows
    found = [(row["reason_code"], row["local_id"], str(row["from_date"]), str(row["to_date"]), row["counted_as"]) for row in rows]
    assert sorted(found) == [
        ("disposed", "B#7", "2019-05-01", "None", None),
        ("fewer_places", "B-5 plass 2", "2025-08-01", "None", None),
        ("registered_twice", "L-2", "2025-02-03", "2025-12-01", "L-1"),
        ("rejected", "A-1", "2025-02-20", "2025-03-10", None),
        ("taken_out", "B-3", "2025-09-01", "None", None),
        ("vacant", "B-2", "2025-11-15", "None", None),
    ]


def test_a_line_is_found_however_it_is_written(settings: Settings) -> None:
    assert explain_line(settings, "5001", 2025, " u9 ", False, None, "analyst").count == 4


def test_those_left_out_say_why(settings: Settings, run: Callable[..., Result]) -> None:
    shown = run(*ASKED, "--line", "2", "--left-out").stdout
    assert "B-4" in shown and "Avhendet i året" in shown and "B-1" not in shown
    assert shown.splitlines()[-1] == "1 row left out."


def test_as_csv(settings: Settings, run: Callable[..., Result]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*ASKED, "--line", "2.1", "--format", "csv").stdout), delimiter=";"))
    assert [(row["member_kind"], row["local_id"], row["reason_code"]) for row in rows] == [
        ("dwelling", f"B-{n}", "in_stock") for n in (1, 2)
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--line", "9"), "--line: the form of 2025 has no line '9'. Nearest: U9."),
        (("--line", " 2.11"), "--line: the form of 2025 has no line '2.11'. Nearest: 2.1, 2."),
        (("--line", "x"), "--line: the form of 2025 has no line 'x'. Lines there are: 2, 2.1, 7, U9."),
        (("--line", "7"), "Line 7 has no number for 2025, and no rows behind it: Filen er ikke levert."),
        (
            ("--line", "2.1", "--left-out"),
            "Rows are left out of the whole, not of line 2.1, which is a part of it. Ask for: 2 Boliger i alt.",
        ),
        (("--line", "2", "--format", "json"), "--format: 'json' is not a format. Write table or csv."),
        (
            ("--line", "2", "--audience", "property"),
            "The rows behind a number are not for audience property: they tell who lives where and why. They are for: analyst.",
        ),
        (("--line", "2", "--audience", "public"), "There is no audience 'public'. The rows behind a number are for: analyst."),
        (
            ("--line", "2", "--build", "abc"),
            f"Build abc is not kept. Those that are: {BUILD}. Builds of forms that were sent stay: fjernlys forms",
        ),
    ],
)
def test_a_mistake_is_told(run: Callable[..., Result], arguments: tuple[str, ...], says: str) -> None:
    result = run(*ASKED, *arguments)
    assert isinstance(result.exception, UserError) and str(result.exception) == says


def test_a_build_without_the_form_or_of_other_tables_is_told(settings: Settings) -> None:
    with pytest.raises(UserError, match=f"Build {BUILD} has no form of 5001 for 2019"):
        explain_line(settings, "5001", 2019, "2", False, BUILD, "analyst")
    make_build(settings, "e" * 12, "drop table indicators.fct_form_line_member;")
    with pytest.raises(UserError, match="was made by another version of Fjernlys"):
        explain_line(settings, "5001", 2025, "2", False, "e" * 12, "analyst")


def test_two_builds_differ_line_by_line_with_the_rows_that_came_and_went(settings: Settings, run: Callable[..., Result]) -> None:
    make_build(
        settings,
        "e" * 12,
        """update indicators.fct_form_line set line_count = 4 where line_id = '7';
        delete from indicators.fct_form_line_member where line_id = '2.1' and member_key = uuid_of(1);
        insert into indicators.fct_form_line_member values ('5001', 2025, '2.1', 'dwelling', uuid_of(5), true, 'in_stock', 'Disponert');""",
    )
    arguments = ("skjema13-diff", "--municipality", "5001", "--year", "2025", "--from", "e" * 12)
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv").stdout), delimiter=";"))
    assert [tuple(row.values()) for row in rows] == [("2.1", "Eid", "2", "2", "0", "1", "1"), ("7", "Midlertidig", "4", "", "", "0", "0")]
    assert run(*arguments).stdout.splitlines()[-1] == f"2 lines differ from build {'e' * 12} to {BUILD}; 2 are the same."


def test_the_rows_that_came_to_a_line_and_went_out_of_it_say_why(settings: Settings, run: Callable[..., Result]) -> None:
    """Of what the earlier build counted, one is left out now, one stands on another line and one is gone; a new one came."""
    make_build(
        settings,
        "e" * 12,
        """delete from indicators.fct_form_line_member where line_id in ('2', '2.1');
        insert into indicators.fct_form_line_member
        select '5001', 2025, line_id, 'dwelling', uuid_of(n), true, 'in_stock', 'Disponert'
        from (values ('2', 1), ('2', 3), ('2', 4), ('2', 7), ('2.1', 1), ('2.1', 3), ('2.1', 4), ('2.1', 7)) as v (line_id, n);
        insert into indicators.fct_form_line
        values ('5001', 'Trondheim', 2025, '2.2', 'dwellings', 'Leid', 0, null, 3, 'Slik', null, 'rented');""",
    )
    with duckdb.connect(str(settings.builds / BUILD / "warehouse.duckdb")) as con:
        con.execute(
            """insert into indicators.fct_form_line
            values ('5001', 'Trondheim', 2025, '2.2', 'dwellings', 'Leid', 1, null, 3, 'Slik', null, 'rented')"""
        )
        con.execute(
            """insert into indicators.fct_form_line_member
            values ('5001', 2025, '2.2', 'dwelling', uuid_of(3), true, 'in_stock', 'Disponert')"""
        )
    arguments = ("skjema13-diff", "--municipality", "5001", "--year", "2025", "--from", "e" * 12, "--line", " 2.1")
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv").stdout), delimiter=";"))
    assert [(row["change"], row["local_id"], row["reason_code"], row["reason_label_nb"]) for row in rows] == [
        ("out", "B#7", "not_there", "Står ikke lenger i registeret for året"),
        ("out", "B-3", "another_line", "Talt på linje 2.2 Leid"),
        ("out", "B-4", "disposed", "Avhendet i året"),
        ("in", "B-2", "in_stock", "Disponert"),
    ]
    assert [row["member_key"] for row in rows] == [analyst_key(settings, n) for n in "7342"]
    shown = run(*arguments).stdout.splitlines()
    assert shown[0] == f"5001 2025, line 2.1 Eid: 2 to 2, build {'e' * 12} to {BUILD}"
    assert shown[-1] == "1 row in, 3 rows out."
    refused = run(*arguments, "--audience", "property").exception
    assert isinstance(refused, UserError) and "not for audience property" in str(refused)


@pytest.mark.parametrize(
    ("municipality", "build_from", "says"),
    [
        ("5001", BUILD, f"Both builds are {BUILD}: there is nothing to compare."),
        ("1804", "e" * 12, f"Build {'e' * 12} has no form of 1804 for 2025."),
        ("5001", "abc", "Build abc is not kept."),
    ],
)
def test_what_cannot_be_compared_is_told(
    settings: Settings, run: Callable[..., Result], municipality: str, build_from: str, says: str
) -> None:
    make_build(settings, "e" * 12)
    result = run("skjema13-diff", "--municipality", municipality, "--year", "2025", "--from", build_from)
    assert isinstance(result.exception, UserError) and str(result.exception).startswith(says)
