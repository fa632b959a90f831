"""Form 13 as it was sent, in the warehouse: what was delivered is there, and the ground truth says how it differs from the register."""

from __future__ import annotations

from collections import defaultdict

import pytest

CAUSES = {"other_office", "counted_earlier", "forgotten_move_ins", "missing_groups", "counted_twice"}


@pytest.fixture(scope="module", params=["built_home", "renumbered_home", "many_seeds_home"])
def home(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def con(home):
    with home.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def lines(con) -> dict[tuple[str, int], dict[str, tuple]]:
    """By return and line: true number, number sent, cause."""
    found = defaultdict(dict)
    columns = "municipality_code, year, line_id, true_count, sent_count, cause"
    for code, year, line, *rest in con.execute(f"select {columns} from truth('form_return')").fetchall():
        found[code, year][line] = tuple(rest)
    return found


def test_the_numbers_sent_are_the_mart(con, lines) -> None:
    rows = con.execute("select municipality_code, year, line_id, sent_count, symbol from indicators.fct_form_sent").fetchall()
    assert {row[:3]: row[3:] for row in rows} == {
        (*place, line): (sent, None) for place, of_return in lines.items() for line, (_, sent, _) in of_return.items()
    }


def test_the_true_numbers_are_what_the_register_gives(con) -> None:
    """The two are made apart: one from the generator's state, one by the marts from what was delivered."""
    both = con.execute("""
        select count(*), count(*) filter (where own.line_count is distinct from sent.true_count)
        from truth('form_return') as sent left join indicators.fct_form_line as own using (municipality_code, year, line_id)
    """).fetchone()
    assert both[0] > 40 and both[1] == 0


def test_the_day_and_the_office_are_told(con, lines) -> None:
    """What was counted on another day or by one office says so; nothing else does."""
    columns = "municipality_code, year, any_value(counted_date)::varchar, any_value(covered_office), any_value(received_date)::varchar"
    rows = con.execute(f"select {columns} from indicators.fct_form_sent group by all order by all").fetchall()
    last_year = max(year for _, year in lines)
    for code, year, counted, office, received in rows:
        cause = next(filter(None, (cause for *_, cause in lines[code, year].values())), None)
        assert counted == (f"{year}-11-30" if cause == "counted_earlier" else counted)
        assert (counted, cause) != (f"{year}-12-31", "counted_earlier")
        assert (office == "housing_office") == (cause == "other_office")
        assert received == f"{max(y for c, y in lines if c == code and (y < last_year) == (year < last_year)) + 1}-02-15"


def test_each_cause_shows_as_it_should(lines) -> None:
    for of_return in lines.values():
        (cause,) = {cause for *_, cause in of_return.values() if cause} or {None}
        true, sent = ({line: values[place] for line, values in of_return.items()} for place in (0, 1))
        groups_true, groups_sent = (sum(n for line, n in numbers.items() if line.startswith("5.")) for numbers in (true, sent))
        assert true["4.1"] + true["4.2"] == true["2"] == true["2.1"] + true["2.2"] + true["2.3"] and groups_true == true["5"]
        assert (sent["4.1"] + sent["4.2"] > sent["2"]) == (cause == "counted_twice" and sent["4.1"] > true["4.1"])
        assert (groups_sent > sent["5"]) == (cause == "forgotten_move_ins")
        assert (groups_sent < sent["5"]) == (cause == "missing_groups")
        assert cause is None or sent != true


def test_each_cause_stands_in_the_demonstration_and_a_right_form_beside_it(built_home) -> None:
    with built_home.connect() as con:
        found = dict(
            con.execute("""
                select coalesce(cause, 'right'), count(*)
                from (select municipality_code, year, max(cause) as cause from truth('form_return') group by all) group by all
            """).fetchall()
        )
    assert found.keys() == CAUSES | {"right"}
