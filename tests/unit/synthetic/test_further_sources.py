"""Temporary accommodation, Husbanken, the further IPLOS files and DUF numbers of the synthetic deliveries: they fit the rest of the set."""

from __future__ import annotations

import duckdb
import pytest
from synthetic_sets import SyntheticSet

from orchestration.privacy.duf_number import duf_status


@pytest.fixture(scope="module")
def files(small_set: SyntheticSet):
    """Query with ``file('<source>/<supplier>/<delivery>/<name>')``; text columns all of them."""
    with duckdb.connect() as con:
        con.execute(f"""
            create macro file(place) as table
            from read_csv('{small_set.landing}/' || place, delim = ';', all_varchar = true, quote = '', union_by_name = true)
        """)
        yield lambda sql: con.execute(sql).fetchall()


def test_stays_belong_to_households_without_a_dwelling_and_never_overlap(files) -> None:
    stays = "file('temporary_accommodation/*/2025-12-31_1/stays.csv')"
    ((count,),) = files(f"select count(*) from {stays}")
    assert count > 20
    housed = "select municipality_code, household_id from file('municipal/*/2025-12-31_1/tenancies.csv')"
    assert files(f"select household_id from {stays} semi join ({housed}) using (municipality_code, household_id)") == []
    assert (
        files(f"""
        select person_national_id from {stays}
        qualify start_date < lag(coalesce(end_date, '9999')) over (partition by person_national_id order by start_date)
    """)
        == []
    )
    assert files(f"select 1 from {stays} where (end_reason is null) <> (end_date is null) or end_date > '2025-12-31'") == []
    assert (
        files(f"select 1 from {stays} where (child_count <> '0') <> household_kind in ('single_with_children', 'couple_with_children')")
        == []
    )


def test_assessments_are_those_of_persons_in_the_delivery(files) -> None:
    folder = "iplos/1146/2025-12-31_1"
    assert files(f"select 1 from file('{folder}/need_scores.csv') anti join file('{folder}/persons.csv') using (person_number)") == []
    assert files(f"select 1 from file('{folder}/dwelling_staffing.csv') anti join file('{folder}/services.csv') using (service_id)") == []
    ((persons, of_services),) = files(f"""
        select (select count(distinct person_national_id) from file('{folder}/persons.csv')),
            (select count(*) from file('{folder}/persons.csv') semi join file('{folder}/services.csv') using (person_national_id))
    """)
    assert persons > 20 and 0 <= persons - of_services <= 2, "a service may have its id spoilt on purpose"
    ((functions, least),) = files(f"""
        select max(n), min(n) from (select count(*) as n from file('{folder}/need_scores.csv') group by person_number, assessed_date)
    """)
    assert (functions, least) == (17, 17)


def test_a_household_applies_with_the_group_it_is_registered_with(files) -> None:
    """Of the codes that the form does not tell apart, the elderly's and the disabled's, an application has the household's own."""
    applications, groups = "file('municipal/1146/*/applications.csv')", "file('municipal/1146/*/household_groups.csv')"
    both = files(f"""
        select a.local_group_code, g.local_group_code, count(*) > 0
        from {applications} as a
        join (select *, row_number() over (partition by household_id order by from_date) as n from {groups} where group_rank = '1') as g
            on a.household_id = g.household_id and g.n = 1
        where a.local_group_code in ('TE', 'TF') and g.local_group_code in ('TE', 'TF') group by all order by all
    """)
    assert both == [("TE", "TE", True), ("TF", "TF", True)]
    never_housed = f"select distinct local_group_code from {applications} where tenancy_id is null and local_group_code in ('TE', 'TF')"
    assert len(files(never_housed)) == 2


def test_parts_of_a_scheme_are_not_more_than_the_scheme(files) -> None:
    both = "file('husbanken/husbanken/*/figures.csv') as p join file('husbanken/husbanken/*/figures.csv') as w"
    ((parts, too_many),) = files(f"""
        select count(*), count(*) filter (where try_cast(p.value as bigint) > coalesce(try_cast(w.value as bigint), 3))
        from {both} using (municipality_code, from_date, scheme, measure, unit)
        where (w.purpose, w.recipient_group) = ('all', 'all') and (p.purpose, p.recipient_group) <> ('all', 'all')
            and p.unit <> 'nok_per_month'
    """)
    assert parts > 10 and too_many == 0


def test_figures_of_husbanken_say_why_there_is_none(files) -> None:
    figures = "file('husbanken/husbanken/*/figures.csv')"
    assert files(f"select 1 from {figures} where value is null and symbol is null") == []
    assert files(f"select distinct symbol from {figures} where value is null order by all") == [(":",)]
    assert files(f"select distinct left(from_date, 4), symbol from {figures} where symbol = '*'") == [("2025", "*")]
    assert files(f"select 1 from {figures} where unit = 'count' and try_cast(value as integer) between 1 and 3") == []
    assert files(f"select count(distinct municipality_code) from {figures}") == [(2,)]


def test_duf_numbers_are_valid_and_never_given_twice(files) -> None:
    rows = files("select distinct municipality_code, register_number, person_duf from file('refugee_register/*/2025-12-31_1/refugees.csv')")
    numbers = [duf for *_, duf in rows if duf]
    assert {duf_status(n) for n in numbers} == {"valid"} and len(set(numbers)) == len(numbers) > 20
    assert 0 < len(rows) - len(numbers) < len(rows) / 10, "some persons have none"
