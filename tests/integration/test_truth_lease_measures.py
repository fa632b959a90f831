"""The measures of dwellings and households agree with the ground truth where truth has the number in another form.

Belongs here: truth added up another way than the models do. Does not belong here: totals that truth gives as they are (``test_truth``).
"""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def con(built_home):
    with built_home.connect() as connection:
        yield connection


def assert_told(con, expected: str, measure: str, code: str = "all", breakdown: str = "%") -> None:
    """Every amount that is told is the true one, and some are told. ``expected`` selects municipality_code, year and amount."""
    told = (
        "select municipality_code, year, cast(amount as decimal(18, 2)) as amount from intermediate.int_indicators__measure "
        f"where measure_id = '{measure}' and breakdown like '{breakdown}' and breakdown_code = '{code}' and status <> 'missing'"
    )
    wrong = con.execute(
        f"select * from ({told}) as told left join ({expected}) as truth using (municipality_code, year) "
        "where told.amount is distinct from cast(coalesce(truth.amount, 0) as decimal(18, 2))"
    ).fetchall()
    assert (measure, code, wrong) == (measure, code, [])
    assert con.execute(f"select count(*) filter (where amount > 0) from ({told})").fetchone()[0] > 0


def stock(con, value: str) -> str:
    """Something of the true versions of dwellings in stock on 31 December."""
    return (
        f"select d.municipality_code, y.year, {value} as amount from truth('dwelling') as d "
        "join (select distinct municipality_code, year from truth('total')) as y using (municipality_code) "
        "where d.is_in_stock and d.valid_from <= make_date(y.year, 12, 31) "
        "and (d.valid_to is null or d.valid_to > make_date(y.year, 12, 31)) "
        "group by all"
    )


@pytest.mark.parametrize(
    ("measure", "code", "value"),
    [
        ("rented_in_dwellings", "all", "count(*) filter (where tenure_form = 'rented_in')"),
        ("right_of_disposal_dwellings", "all", "count(*) filter (where tenure_form = 'right_of_disposal')"),
        ("referral_agreement_dwellings", "all", "count(*) filter (where tenure_kind = 'referral_agreement')"),
        ("allocation_agreement_dwellings", "all", "count(*) filter (where tenure_kind = 'allocation_agreement')"),
        ("disposed_dwellings", "cooperative", "count(*) filter (where tenure_kind = 'cooperative')"),
        ("disposed_dwellings", "2", "count(*) filter (where room_count = 2)"),
        ("disposed_dwellings", "5+", "count(*) filter (where room_count > 4)"),
        ("accessible_dwellings", "staffed_day", "count(*) filter (where is_wheelchair_accessible and category = 'staffed_day')"),
        ("care_dwellings", "all", "count(*) filter (where category in ('adapted', 'near_base', 'staffed_day', 'staffed_round_clock'))"),
        ("staffed_dwellings", "all", "count(*) filter (where category like 'staffed%')"),
        ("monthly_rent_nok", "all", "sum(monthly_rent_nok)"),
        ("dwellings_with_rent", "all", "count(monthly_rent_nok)"),
    ],
)
def test_stock_on_31_december(con, measure: str, code: str, value: str) -> None:
    assert_told(con, stock(con, value), measure, code)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("acquired_dwellings", "acquired"),
        ("disposed_of_dwellings", "disposed"),
        ("split_dwellings", "split"),
        ("merged_dwellings", "merged"),
        ("taken_out_dwellings", "taken_out"),
        ("net_change_dwellings", "acquired + split + returned - disposed - merged - taken_out"),
    ],
)
def test_changes_of_the_stock_are_those_of_the_months(con, measure: str, value: str) -> None:
    assert_told(
        con,
        f"select municipality_code, year(month_start_date) as year, sum({value}) as amount from truth('stock_month') group by all",
        measure,
    )


def test_vacant_days_are_those_of_the_spells(con) -> None:
    """Each spell cut at new year; one that runs has no end."""
    assert_told(
        con,
        """
        select s.municipality_code, y.year,
            sum(date_diff('day', greatest(s.from_date, make_date(y.year, 1, 1)),
                least(coalesce(s.to_date, date '9999-12-31'), make_date(y.year + 1, 1, 1)))) as amount
        from truth('vacancy_spell') as s join (select distinct municipality_code, year from truth('total')) as y using (municipality_code)
        where s.from_date < make_date(y.year + 1, 1, 1) and coalesce(s.to_date, date '9999-12-31') > make_date(y.year, 1, 1)
        group by all
        """,
        "vacant_days",
    )


@pytest.mark.parametrize(
    ("measure", "column"),
    [
        ("households_at_opening", "opening"),
        ("households_moved_internally", "internally_in"),
        ("households_moved_out", "moved_out"),
        ("households_renewed", "renewed"),
    ],
)
def test_the_flow_of_households(con, measure: str, column: str) -> None:
    assert_told(con, f"select municipality_code, year, {column} as amount from truth('household_flow')", measure)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("persons", "sum(member_count)"),
        ("children", "sum(children_count)"),
        ("households_with_children", "count(*) filter (where children_count > 0)"),
        ("households_of_one_person", "count(*) filter (where member_count = 1)"),
    ],
)
def test_who_lives_there(con, measure: str, value: str) -> None:
    assert_told(con, f"select municipality_code, year, {value} as amount from truth('household_composition') group by all", measure)


@pytest.mark.parametrize(
    ("measure", "code", "condition"),
    [
        ("refugee_households", "all", "group_code = '4'"),
        ("households", "unsplit", "group_code = 'unsplit'"),
    ],
)
def test_groups_of_households(con, measure: str, code: str, condition: str) -> None:
    assert_told(
        con,
        f"select municipality_code, year, count(*) filter (where {condition}) as amount from truth('household_group') "
        "where scheme = 'r0_2019' and is_primary group by all",
        measure,
        code,
        "%" if code == "all" else "target_group_r0_2019",
    )


def test_dwellings_lived_in_by_the_day(con) -> None:
    """Of each household in stock: the dwellings of the links of its chain that had begun."""
    lived_in = """
        select t.municipality_code, y.year, t.household_id, c.chain_first_tenancy_id
        from truth('tenancy') as t join truth('chain') as c using (municipality_code, tenancy_id)
        join (select distinct municipality_code, year from truth('total')) as y using (municipality_code)
        where t.start_date <= make_date(y.year, 12, 31) and (t.end_date is null or t.end_date > make_date(y.year, 12, 31))
        qualify row_number() over (
            partition by t.municipality_code, y.year, t.household_id order by t.start_date desc, t.tenancy_id desc
        ) = 1
    """
    dwellings = f"""
        select l.municipality_code, l.year, l.household_id, count(distinct t.dwelling_id) as dwellings
        from ({lived_in}) as l join truth('chain') as c using (municipality_code, chain_first_tenancy_id)
        join truth('tenancy') as t on t.municipality_code = c.municipality_code and t.tenancy_id = c.tenancy_id
        where t.start_date <= make_date(l.year, 12, 31)
        group by all
    """
    assert_told(
        con, f"select municipality_code, year, sum(dwellings) as amount from ({dwellings}) group by all", "households_lived_in_dwellings"
    )
    assert_told(
        con,
        f"select municipality_code, year, count(*) as amount from ({dwellings}) where dwellings = 2 group by all",
        "households",
        "2",
        "chain_dwellings",
    )
