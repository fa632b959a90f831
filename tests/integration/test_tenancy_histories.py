"""Random histories of tenancies through the rules for stays, chains and flows (C02-C04, C15, C20, C24, C26, C28), counted day by day.

Belongs here: what must hold whatever is delivered. Does not belong here: a rule of one model (its dbt unit test).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise

import pytest
from compiled_models import AS_OF, CompiledModels
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

FIRST = dt.date(AS_OF.year - 1, 1, 1)  # the first delivered day
GIVEN = (
    "int_tenancies__latest",
    "int_decisions__held_apart",
    "int_applications__latest",
    "int_dwellings__life",
    "int_dwellings__version",
    "int_geography__described",
    "int_households__primary_group",
    "int_groups__need_horizon",
    "fct_application",
)
WANTED = ("fct_household_flow", "fct_household_move", "int_tenancies__dwelling_period", "int_tenancies__issue")

# Dwellings: acquired, disposed of, shared, days out of use (from, to). Days are numbered from 60 before the first delivered one.
DWELLINGS = {
    "A": (-400, None, False, None),
    "B": (-400, 90, False, None),
    "C": (30, None, False, None),
    "D": (-400, None, False, (60, 120)),
    "S": (-400, None, True, None),
}
BEGIN = FIRST - dt.timedelta(days=60)

days = st.integers(0, 260)
tenancy = st.fixed_dictionaries(
    {
        "household": st.sampled_from("GHI"),
        "dwelling": st.sampled_from([*DWELLINGS, "unknown"]),
        "start": days,
        "length": st.one_of(st.none(), st.integers(0, 150)),
        "office": st.sampled_from(["housing_office", "service_office"]),
        "applied": st.one_of(st.none(), st.integers(1, 60)),
        "follows": st.booleans(),  # starts on the day the one before in the list ends
    }
)


def day(number: int | None) -> dt.date | None:
    return None if number is None else BEGIN + dt.timedelta(days=number)


def rows_of(history: list[dict]) -> dict[str, list[dict]]:
    """The inputs of the models for one municipality."""
    tenancies, applications, lives, versions = [], [], [], []
    last_end = None
    for number, told in enumerate(history):
        start = last_end if told["follows"] and last_end is not None else told["start"]
        last_end = None if told["length"] is None else start + told["length"]
        tenancies.append(
            {
                "tenancy_key": f"t{number:02}",
                "tenancy_id": f"t{number:02}",
                "municipality_code": "5001",
                "dwelling_key": told["dwelling"],
                "dwelling_id": told["dwelling"],
                "household_key": told["household"],
                "household_id": told["household"],
                "contract_holder_pseudonym": told["household"],
                "contract_holder_id_status": "valid",
                "allocating_office": told["office"],
                "start_date": day(start),
                "end_date": day(last_end),
                "is_dwelling_known": told["dwelling"] != "unknown",
                "delivery_id": "d",
                "line_number": number + 2,
            }
        )
        if told["applied"] is not None:
            application = {"application_key": f"a{number}", "application_id": f"a{number}", "tenancy_key": f"t{number:02}"}
            applications.append({**application, "received_date": day(start - told["applied"])})
    for name, (acquired, disposed, is_shared, out) in DWELLINGS.items():
        life = {"dwelling_key": name, "acquired_date": day(acquired), "disposed_date": day(disposed), "is_closed_by_rule": False}
        lives.append({**life, "municipality_code": "5001", "dwelling_id": name, "is_shared": is_shared, "has_days": True})
        cuts = [acquired, *(out or ()), disposed]
        for place, (start, end) in enumerate(pairwise(cuts)):
            versions.append({**life, "valid_from": day(start), "valid_to": day(end), "is_in_stock": place != 1, "category": "ordinary"})
    files = [{"delivery_id": "d", "entity": entity} for entity in ("dwelling", "tenancy", "application")]
    delivery = {
        "delivery_id": "d",
        "source": "municipal",
        "supplier": "5001",
        "period_start": FIRST,
        "period_end": AS_OF,
        "is_current": True,
    }
    return {
        "raw.delivery": [delivery],
        "raw.delivery_file": files,
        "intermediate.int_tenancies__latest": tenancies,
        "intermediate.int_applications__latest": applications,
        "households.fct_application": [{"application_key": row["application_key"]} for row in applications],
        "intermediate.int_dwellings__life": lives,
        "intermediate.int_dwellings__version": versions,
        "intermediate.int_geography__described": [{"municipality_code": "5001", "is_ended": False, "last_date": AS_OF}],
    }


@pytest.fixture(scope="module")
def models(compiled: dict[str, dict], tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    return CompiledModels(compiled, tmp_path_factory.mktemp("tenancy_histories"), WANTED, given=GIVEN)


def present_by_day(counted: list[tuple]) -> dict[dt.date, set[str]]:
    """Households with a counted tenancy in a dwelling in stock, on every day."""
    found = defaultdict(set)
    for _, household, dwelling, start, end, _ in counted:
        acquired, disposed, _, out = DWELLINGS[dwelling]
        on = max(start, day(acquired))
        while on < min(end or dt.date.max, day(disposed) or dt.date.max, AS_OF + dt.timedelta(days=1)):
            if out is None or not day(out[0]) <= on < day(out[1]):
                found[on].add(household)
            on += dt.timedelta(days=1)
    return found


def check_conservation(rows: dict, con) -> list[tuple]:
    """Every delivered tenancy stands once: counted with days, or not counted and with a rule that says why. Returns those that count."""
    delivered = sorted(row["tenancy_id"] for row in rows["intermediate.int_tenancies__latest"])
    found = con.execute("select tenancy_id, is_counted, treatment_rule_id from intermediate.int_tenancies__counted order by 1").fetchall()
    assert [name for name, *_ in found] == delivered
    assert all(is_counted or rule is not None for _, is_counted, rule in found)
    reported = con.execute("select local_id, rule_id from intermediate.int_tenancies__issue").fetchall()
    assert {(name, rule) for name, _, rule in found if rule is not None} <= set(reported)
    return con.execute(
        "select tenancy_id, household_id, dwelling_id, start_date, end_date, kind_of_start "
        "from intermediate.int_tenancies__counted where is_counted"
    ).fetchall()


def check_one_tenancy_a_day(con) -> None:
    """No two tenancies in one counted dwelling on a day, and no day of a tenancy without a dwelling."""
    overlaps = con.execute(
        "select count(*) from intermediate.int_tenancies__dwelling_period as a join intermediate.int_tenancies__dwelling_period as b "
        "on a.dwelling_key = b.dwelling_key and (a.tenancy_key, a.valid_from) < (b.tenancy_key, b.valid_from) "
        "and a.valid_from < coalesce(b.valid_to, date '9999-12-31') and b.valid_from < coalesce(a.valid_to, date '9999-12-31')"
    ).fetchone()
    other_days = con.execute(
        "select count(*) from intermediate.int_tenancies__counted as t left join ("
        "  select tenancy_key, sum(coalesce(valid_to, date '9999-12-31') - valid_from) as days "
        "  from intermediate.int_tenancies__dwelling_period group by tenancy_key) as p using (tenancy_key) "
        "where t.is_counted and p.days is distinct from coalesce(t.end_date, date '9999-12-31') - t.start_date"
    ).fetchone()
    assert (overlaps, other_days) == ((0,), (0,))


def check_chains(counted: list[tuple], con) -> None:
    """C24 link by link: numbered without a gap in order of start, and a new chain exactly where more than 92 days lie between."""
    links = con.execute(
        "select link.tenancy_id, first.tenancy_id, chain_number from intermediate.int_tenancies__chain as chains "
        "join intermediate.int_tenancies__counted as link on chains.tenancy_key = link.tenancy_key "
        "join intermediate.int_tenancies__counted as first on chains.chain_key = first.tenancy_key"
    ).fetchall()
    found = {name: (chain, number) for name, chain, number in links}
    assert set(found) == {name for name, *_ in counted}
    for household in {row[1] for row in counted}:
        chain, number, reached = None, 0, None
        for name, _, _, start, end, _ in sorted((row for row in counted if row[1] == household), key=lambda row: (row[3], row[0])):
            if reached is None or (start - reached).days > 92:
                chain, number = name, 0
            number += 1
            reached = max(reached or dt.date.min, end or dt.date.max)
            assert found[name] == (chain, number)


def check_flow(counted: list[tuple], con) -> None:
    """Opening and closing are the households counted on those days, and what lies between makes the one out of the other."""
    present = present_by_day(counted)
    flows = con.execute(
        "select period_start_date, period_end_date, opening_household_count, newly_moved_in_count, internally_in_count, "
        "internally_out_count, moved_out_count, closing_household_count, renewed_count, period_kind "
        "from households.fct_household_flow where breakdown = 'none'"
    ).fetchall()
    assert len(flows) == 26 or not present  # two years and their months
    for start, end, opening, new, inside, outside, out, closing, renewed, _ in flows:
        assert opening == len(present[start - dt.timedelta(days=1)])
        assert closing == len(present[end])
        assert opening + new + inside - outside - out == closing
        assert renewed == sum(kind == "renewal" and start <= begun <= end for *_, begun, _, kind in counted)
    moves = con.execute("select flow, count(*) from households.fct_household_move group by flow").fetchall()
    years = [row for row in flows if row[-1] == "year"]
    names = ("newly_moved_in", "internally_in", "internally_out", "moved_out")
    sums = {name: sum(row[3 + place] for row in years) for place, name in enumerate(names)}
    sums["renewed"] = sum(row[8] for row in years)
    assert dict(moves) == {name: count for name, count in sums.items() if count}


def tenancy_of(household: str, dwelling: str, start: int, length: int | None, applied: int | None = None) -> dict:
    told = {"household": household, "dwelling": dwelling, "start": start, "length": length, "applied": applied}
    return {"office": "housing_office", "follows": False, **told}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=st.lists(tenancy, min_size=1, max_size=12))
# two parallel tenancies, the second ends first; a tenancy of no days; one that starts on the day another ends
@example(
    history=[tenancy_of("G", "A", 10, 200), tenancy_of("G", "B", 40, 20), tenancy_of("H", "A", 210, 0), tenancy_of("H", "A", 210, None)]
)
# sold while let, moved with a gap, and back
@example(history=[tenancy_of("G", "B", 10, None), tenancy_of("G", "A", 100, 30, applied=20), tenancy_of("G", "C", 222, None)])
# the dwelling is taken out and comes back while somebody lives there; two share a flat, one leaves
@example(
    history=[tenancy_of("G", "D", 10, None), tenancy_of("H", "S", 10, 50), tenancy_of("I", "S", 10, None), tenancy_of("G", "S", 60, None)]
)
def test_whatever_is_delivered_counts_once_and_the_flow_adds_up(models, history) -> None:
    rows = rows_of(history)
    con = models.run(rows)
    counted = check_conservation(rows, con)
    check_one_tenancy_a_day(con)
    check_chains(counted, con)
    check_flow(counted, con)
