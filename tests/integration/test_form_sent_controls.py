"""What is wrong with the returns of the demonstration breaks the controls that are made for it: the ground truth says what is wrong."""

from __future__ import annotations

from collections import defaultdict

import pytest

OF_YEAR = {f"K{number:02}" for number in range(1, 8)}
# By what is wrong with a return: the controls that it must break, and those that it may, in its year and (of last year's form) in the next.
MUST = {"forgotten_move_ins": {"K01", "K11"}, "missing_groups": {"K01"}, "counted_twice": {"K05", "K09"}}
MAY = {"counted_twice": {"K11"}, "counted_earlier": {"K09", "K10", "K11"}}


@pytest.fixture(scope="module", params=["built_home", "many_seeds_home", "renumbered_home"])
def con(request):
    with request.getfixturevalue(request.param).connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def returns(con) -> dict[tuple[str, int], str]:
    """What is wrong with each return of a municipality and year; `right` where nothing is."""
    rows = con.execute("select municipality_code, year, coalesce(max(cause), 'right') from truth('form_return') group by all")
    return {(code, year): cause for code, year, cause in rows.fetchall()}


@pytest.fixture(scope="module")
def controls(con) -> dict[tuple[str, int], dict[str, bool | None]]:
    """The controls of each return, by the code and year that it was sent of."""
    rows = con.execute(
        """
        select coalesce(before.code_before, control.municipality_code), control.year, control.control_id, control.is_met
        from indicators.fct_form_control as control
        left join intermediate.int_geography__code_before as before
            on control.municipality_code = before.municipality_code and control.year = before.year
            and control.control_id in ('K09', 'K10', 'K11')
        where control.origin = 'sent'
        """
    ).fetchall()
    found = defaultdict(dict)
    for code, year, control, is_met in rows:
        found[code, year if control in OF_YEAR else year - 1][control] = is_met
    return found


def test_every_return_is_controlled(returns, controls) -> None:
    assert set(controls) == set(returns)
    assert all(set(found) >= OF_YEAR for found in controls.values())


def test_what_is_wrong_breaks_its_controls_and_what_is_right_none(returns, controls) -> None:
    wrong = {}
    for place, cause in returns.items():
        found = controls[place]
        broken = {control for control, is_met in found.items() if is_met is False}
        must = MUST.get(cause, set()) & set(found)
        if not must <= broken <= must | MAY.get(cause, set()):
            wrong[place] = (cause, sorted(broken))
    assert wrong == {}


def test_a_form_of_one_office_is_not_held_against_the_register_of_all(returns, controls) -> None:
    of_one_office = [controls[place] for place, cause in returns.items() if cause == "other_office"]
    assert of_one_office
    assert {found.get(control) for found in of_one_office for control in ("K09", "K10", "K11")} == {None}
