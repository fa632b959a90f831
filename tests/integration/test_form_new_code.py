"""The controls of form 13 in the year in which a municipality was only renumbered: 3012 is 3124 from 1 January 2024."""

from __future__ import annotations

import pytest
from homes import BuiltHome

OLD, NEW, YEAR = "3012", "3124", 2024


@pytest.fixture(scope="module")
def con(renumbered_home: BuiltHome):
    with renumbered_home.connect() as connection:
        yield connection


def test_a_line_is_held_against_the_one_under_the_code_before(con) -> None:
    lines = "select line_id, line_count from indicators.fct_form_line where municipality_code = ? and year = ? and not is_extension"
    last_year = dict(con.execute(lines, [OLD, YEAR - 1]).fetchall())
    judged = con.execute(
        """
        select line_id, base_count, missing_nb from indicators.fct_form_plausibility
        where (municipality_code, year, control_id) = (?, ?, 'K16')
        """,
        [NEW, YEAR],
    ).fetchall()
    assert {line: base for line, base, _ in judged} == last_year and sum(last_year.values()) > 0
    assert {missing for *_, missing in judged} == {None}


def test_the_form_as_sent_under_the_code_before_is_controlled(con) -> None:
    asked = (
        "select control_id from indicators.fct_form_control where (municipality_code, year, origin) = (?, ?, 'sent') and control_id > 'K08'"
    )
    assert {control for (control,) in con.execute(asked, [NEW, YEAR]).fetchall()} == {"K09", "K10", "K11"}


def test_registers_of_two_codes_are_told_beside_each_other_and_not_judged(con) -> None:
    rows = con.execute(
        """
        select control_id, is_met, message_nb from indicators.fct_form_control
        where (municipality_code, year, origin) = (?, ?, 'own_register') and control_id between 'K08' and 'K10'
        """,
        [NEW, YEAR],
    ).fetchall()
    households = "select count(*) from households.fct_household_year where municipality_code = ? and year = ?"
    (before,) = con.execute(households, [OLD, YEAR - 1]).fetchone()
    (opening,) = con.execute(
        """
        select opening_household_count from households.fct_household_flow
        where (municipality_code, year, period_kind, breakdown) = (?, ?, 'year', 'none')
        """,
        [NEW, YEAR],
    ).fetchone()
    why = f"Kan ikke kontrolleres: kommunen har nytt nummer, og registeret for 31.12.{YEAR - 1} er levert for seg under {OLD} ("
    assert {(control, is_met) for control, is_met, _ in rows} == {("K08", None), ("K09", None), ("K10", None)}
    assert all(message.startswith(why) for *_, message in rows)
    assert {control: message for control, _, message in rows}["K09"] == f"{why}{before} mot {opening})."
