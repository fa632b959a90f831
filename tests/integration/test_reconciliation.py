"""Reconciliation against what is known of the synthetic deliveries: what was planted has its cause and number, and every reason is true.

Belongs here: causes in whole warehouses. Does not belong here: each rule with its edges (unit tests of the models), sums (tests/dbt).
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter

import duckdb
import pytest

from orchestration.warehouse.dbt_run import build

MAIN_LINES = "('2', '4.1', '4.2', '5', '6')"
# what is wrong with a return: the cause that the difference must be given to
CAUSE_OF = {
    "other_office": "other_office",
    "counted_earlier": "date_of_count",
    "counted_twice": "counted_twice",
    "forgotten_move_ins": "unexplained",
}
CARE = "select * from indicators.fct_reconciliation_member where pair_id = 'care_dwellings_iplos'"
ON_DAY = "{0} <= make_date(row.year, 12, 31) and ({1} is null or {1} > make_date(row.year, 12, 31))"


@pytest.fixture(scope="module", params=["built_home", "renumbered_home", "many_seeds_home"])
def home(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def con(home):
    with home.connect() as connection:
        file = home.settings.truth / "defects.csv"
        connection.execute(f"create temp table planted as from read_csv('{file}', delim = ';', all_varchar = true)")
        yield connection


def test_what_was_sent_wrong_has_the_planted_cause_with_the_whole_difference(con) -> None:
    planted = con.execute(f"""
        select municipality_code, year, line_id, cause, true_count - sent_count from truth('form_return')
        where cause is not null and line_id in {MAIN_LINES}
    """).fetchall()
    expected = {(code, year, line, CAUSE_OF[cause], number) for code, year, line, cause, number in planted}
    found = con.execute("""
        select municipality_code, year, line_id, cause_id, amount from indicators.fct_reconciliation_cause
        where pair_id = 'own_form_sent' and amount <> 0
    """).fetchall()
    assert set(found) == expected and len(found) == len(expected) > 2


def test_what_was_published_wrong_is_told_and_unexplained(con, home) -> None:
    """The publisher's own mistake is none of the known causes; what was rounded, kept back or mended in the end is no difference."""
    lines = {"DEMOdisponerte": "2", "DEMOeide": "2.1"}
    planted = con.execute(f"""
        select municipality_code, year, contents, "right" - published from read_csv('{home.settings.truth / "published.csv"}', delim = ';')
        where kind = 'own_against_published' and vintage = 'final'
    """).fetchall()
    found = con.execute("""
        select municipality_code, year, line_id, cause_id, amount from indicators.fct_reconciliation_cause
        where pair_id = 'own_published' and amount <> 0 order by all
    """).fetchall()
    assert found == sorted((f"{code:0>4}", year, lines[contents], "unexplained", number) for code, year, contents, number in planted)


def test_vacant_dwellings_and_members_are_the_true_ones(con) -> None:
    expected = con.execute("""
        select municipality_code, year, numerator from truth('total')
        where indicator_id = 'vacant_dwellings' and breakdown = 'none' and numerator > 0
    """).fetchall()
    found = con.execute("""
        select municipality_code, year, amount from indicators.fct_reconciliation_cause
        where pair_id = 'dwellings_households' and cause_id = 'vacant_dwelling' and amount > 0
    """).fetchall()
    assert sorted(expected) == sorted(found) and found

    persons = con.execute("""
        select municipality_code, year, sum(1 - member_count) from truth('household_composition') group by all order by all
    """).fetchall()
    told = con.execute("""
        select municipality_code, year, sum(amount) from indicators.fct_reconciliation_cause
        where pair_id = 'households_persons' and cause_id in ('several_persons', 'members_not_told') group by all order by all
    """).fetchall()
    assert [row for row in persons if row in told] == persons and persons


def test_spoilt_ids_are_unmatched_identities_and_no_others_are(con) -> None:
    in_iplos = f"""
        select distinct row.municipality_code, row.year, service.person_key
        from indicators.fct_reconciliation as row
        join planted on planted.supplier = row.municipality_code and defect_kind = 'wrong_check_digits' and entity = 'service'
        join intermediate.int_care__service as service
            on service.municipality_code = planted.supplier and service.service_id = planted.local_id and is_dwelling
        where row.is_told and row.pair_id = 'care_dwellings_iplos' and {ON_DAY.format("service.start_date", "service.end_date")}
    """
    persons = f"select municipality_code, year, member_key from ({CARE}) where cause_id = 'unmatched_identity' and member_kind = 'person'"
    assert con.execute(f"({in_iplos}) except ({persons})").fetchall() == []
    assert con.execute(f"({persons}) except ({in_iplos})").fetchall() == []

    spoilt = """
        select distinct tenancy.tenancy_key from planted join households.fct_tenancy as tenancy
        on planted.supplier = tenancy.municipality_code and planted.local_id = tenancy.tenancy_id
        where defect_kind = 'wrong_check_digits' and entity = 'tenancy'
    """
    wrong = con.execute(f"""
        select count(*) from ({CARE}) where member_kind = 'tenancy' and (cause_id = 'unmatched_identity') <> (member_key in ({spoilt}))
    """).fetchone()
    assert wrong == (0,)


# Of each cause of care_dwellings_iplos: what is true of every row that has it, told from the stars alone.
TRUE_OF_DWELLINGS = {
    "matched": "decision",
    "person_in_several_households": "decision",
    "date_of_count": "not decision and decision_around",
    "unmatched_identity": "not decision and not links",
    "household_without_decision": "not decision and links and not has_decision",
    "care_dwelling_definition": "not decision and links and category = 'ordinary'",
    "persons_without_services": "not service and links and category <> 'ordinary'",
    "decision_not_in_iplos": "service and not decision and links and category <> 'ordinary' and coalesce(has_decision, true)",
}
TRUE_OF_PERSONS = {
    "matched": "allotted",
    "several_persons": "allotted",
    "care_dwelling_definition": "not allotted and category <> 'ordinary'",
    "other_office": "not allotted and category = 'ordinary'",
    "unmatched_identity": "not lives",
    "date_of_count": "not lives",
    "no_known_dwelling": "not lives",
}
DWELLINGS = f"""
    select row.cause_id, row.year, row.member_key, home.category, any_value(tenancy.has_decision) as has_decision,
        coalesce(bool_and(member.is_linkable), false) as links,
        coalesce(bool_or(service.is_dwelling and {ON_DAY.format("service.start_date", "service.end_date")}), false) as decision,
        coalesce(bool_or({ON_DAY.format("service.start_date", "service.end_date")}), false) as service,
        coalesce(bool_or(service.is_dwelling), false) as decision_around,
        any_value(legal_basis = 'health_care_act' or allocating_office = 'service_office') as allotted
    from ({CARE}) as row
    join households.fct_tenancy as tenancy on row.member_key = tenancy.tenancy_key
    join households.fct_household_year as home on row.member_key = home.tenancy_key and row.year = home.year
    left join households.fct_household_member as member on tenancy.household_key = member.household_key
        and {ON_DAY.format("member.from_date", "member.to_date")}
    left join households.fct_care_service as service on member.person_key = service.person_key and member.is_linkable
        and service.municipality_code = row.municipality_code and service.start_date <= make_date(row.year, 12, 31) + 31
        and coalesce(service.end_date, date '9999-12-31') > make_date(row.year, 1, 1)
    group by all
"""
PERSONS = f"""
    select row.cause_id, row.year, row.member_key, count(home.household_key) > 0 as lives, min(home.category) as category,
        coalesce(bool_or(legal_basis = 'health_care_act' or allocating_office = 'service_office'), false) as allotted
    from ({CARE}) as row
    left join households.fct_household_member as member on row.member_key = member.person_key and member.is_linkable
        and member.municipality_code = row.municipality_code and {ON_DAY.format("member.from_date", "member.to_date")}
    left join households.fct_household_year as home on member.household_key = home.household_key and home.year = row.year
    left join households.fct_tenancy as tenancy on home.tenancy_key = tenancy.tenancy_key
    where row.member_kind = 'person'
    group by all
"""


@pytest.mark.parametrize(("facts", "reasons"), [(DWELLINGS, TRUE_OF_DWELLINGS), (PERSONS, TRUE_OF_PERSONS)], ids=["dwellings", "persons"])
def test_every_reason_is_true_of_its_row(con, facts: str, reasons: dict[str, str]) -> None:
    truth = " ".join(f"when '{cause}' then {condition}" for cause, condition in reasons.items())
    rows = con.execute(
        f"select cause_id, count(*), count(*) filter (where case cause_id {truth} end) from ({facts}) group by all"
    ).fetchall()
    assert [row for row in rows if row[1] != row[2]] == []
    assert "matched" in {cause for cause, *_ in rows}
    if facts is DWELLINGS:
        assert con.execute(f"select bool_and(allotted) from ({facts})").fetchone() == (True,)


def test_what_is_planted_in_iplos_moves_to_its_cause(built_home, tmp_path) -> None:
    """Decisions that the generator never makes, for people of Bodø as they live on 31 December 2025."""
    file = tmp_path / "warehouse.duckdb"
    shutil.copyfile(built_home.warehouse, file)
    with duckdb.connect(str(file)) as con:
        before = _rows_by_cause(con)
        _plant(con)
    dates = {"as_of": dt.date(2025, 12, 31), "known_at": dt.date(2026, 12, 31), "build_id": "test"}
    nodes = build(built_home.settings, file, **dates, select=["int_indicators__reconciled_care"])
    assert [(node.unique_id, node.message) for node in nodes if node.has_failed] == []
    with duckdb.connect(str(file), read_only=True) as con:
        after = _rows_by_cause(con)
    assert {row: after[row] - before[row] for row in after | before if after[row] != before[row]} == {
        ("several_persons", "person"): 1,
        ("other_office", "person"): 2,
        ("care_dwelling_definition", "person"): 1,
        ("no_known_dwelling", "person"): 3,
        ("matched", "tenancy"): -2,
        ("matched", "person"): -2,
        ("date_of_count", "tenancy"): 2,
    }


def _rows_by_cause(con: duckdb.DuckDBPyConnection) -> Counter:
    return Counter(
        con.execute("""
            select cause_id, member_kind from intermediate.int_indicators__reconciled_care
            where municipality_code = '1804' and year = 2025
        """).fetchall()
    )


def _plant(con: duckdb.DuckDBPyConnection) -> None:
    """A second member of a household that is matched, two holders in ordinary dwellings of the housing office and one in its care dwelling,
    and three people who live nowhere get a decision; that of two who are matched ends on 31 December and the day before."""
    con.execute("""
        create temp table lived as
        select row.cause_id, home.household_size, home.category, tenancy.allocating_office, member.member_number, member.person_key
        from households.fct_household_year as home
        join households.fct_tenancy as tenancy using (tenancy_key)
        join households.fct_household_member as member on member.household_key = home.household_key and member.is_linkable
            and from_date <= date '2025-12-31' and coalesce(to_date, date '9999-12-31') > date '2025-12-31'
        left join intermediate.int_indicators__reconciled_care as row on row.member_key = home.tenancy_key and row.year = home.year
        where home.municipality_code = '1804' and home.year = 2025
    """)
    office = "allocating_office = 'housing_office' and member_number = 1 and category"
    con.execute(f"""
        create temp table given as
        (select person_key from lived where cause_id = 'matched' and member_number = 2 order by person_key limit 1)
        union all (select person_key from lived where {office} = 'ordinary' order by person_key limit 2)
        union all (select person_key from lived where {office} <> 'ordinary' order by person_key limit 1)
        union all (select cast(md5('nobody' || n) as uuid) from range(3) as numbers (n))
    """)
    con.execute("""
        insert into intermediate.int_care__service
        select like_this.* replace (
            cast(md5('planted' || cast(given.person_key as varchar)) as uuid) as service_key, given.person_key as person_key,
            true as is_linkable, date '2020-01-01' as start_date, null as end_date
        )
        from (from intermediate.int_care__service where is_dwelling and municipality_code = '1804' limit 1) as like_this, given
    """)
    con.execute("""
        update intermediate.int_care__service as service set end_date = ended.end_date
        from (
            select person_key, date '2025-12-30' + cast(row_number() over (order by person_key) as integer) - 1 as end_date
            from lived where cause_id = 'matched' and household_size = 1 order by person_key limit 2
        ) as ended
        where service.person_key = ended.person_key and is_dwelling and coalesce(service.end_date, date '9999-12-31') > date '2025-12-31'
    """)
