"""What must hold in the truth of any set: stock and households add up month by month, and periods neither overlap nor leave gaps."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_sets import SyntheticSet, make_set

from orchestration.synthetic.truth_stock import _levels, _stretches


@pytest.fixture(scope="module", params=[3, 4, 5])
def drawn(request, tmp_path_factory: pytest.TempPathFactory) -> SyntheticSet:
    """A code that ends, one that begins and one that lasts, each set with its own seed."""
    return make_set(tmp_path_factory.mktemp("sums"), municipalities=["3050", "3334", "1811"], years=(2021, 2025), seed=request.param)


def test_every_month_opens_with_what_the_one_before_closed_with(drawn: SyntheticSet) -> None:
    months = drawn.rows(
        """
        select closing - opening - acquired - split - returned + disposed + merged + taken_out, let + vacant - closing,
            opening - lag(closing, 1, opening) over (partition by municipality_code order by month_start_date)
        from truth('stock_month')
        """
    )
    assert set(months) == {(0, 0, 0)} and len(months) == 3 * 12 + 2 * 12 + 5 * 12
    kinds = drawn.rows(
        "select sum(acquired) > 0, sum(split) > 0, sum(merged) > 0, sum(taken_out) > 0, sum(returned) > 0 from truth('stock_month')"
    )
    assert kinds == [(True, True, True, True, True)]


def test_every_year_opens_with_the_households_the_one_before_closed_with(drawn: SyntheticSet) -> None:
    years = drawn.rows(
        """
        select closing - opening - newly_in - internally_in + internally_out + moved_out,
            opening - lag(closing, 1, opening) over (partition by municipality_code order by year)
        from truth('household_flow')
        """
    )
    assert set(years) == {(0, 0)} and len(years) == 3 + 2 + 5


def test_versions_follow_each_other_without_a_gap(drawn: SyntheticSet) -> None:
    found = drawn.rows(
        """
        select valid_from = lag(valid_to, 1, valid_from) over of_dwelling, valid_from < coalesce(valid_to, date '9999-12-31'),
            valid_from = acquired_date or row_number() over of_dwelling > 1
        from truth('dwelling') window of_dwelling as (partition by municipality_code, dwelling_id order by valid_from)
        """
    )
    assert set(found) == {(True, True, True)}
    assert drawn.rows("select distinct is_in_stock from truth('dwelling') order by 1") == [(False,), (True,)]


def test_nobody_lives_in_a_dwelling_that_is_out_of_use_or_vacant(drawn: SyntheticSet) -> None:
    spells = "(select *, coalesce(end_date, date '9999-12-31') as stop from truth('tenancy'))"
    out = drawn.rows(
        f"""
        select dwelling_id from {spells} as t inner join truth('dwelling') as d using (municipality_code, dwelling_id)
        where not d.is_in_stock and t.start_date < coalesce(d.valid_to, date '9999-12-31') and t.stop > d.valid_from
        """
    )
    vacant = drawn.rows(
        f"""
        select dwelling_id from {spells} as t inner join truth('vacancy_spell') as v using (municipality_code, dwelling_id)
        where t.start_date < coalesce(v.to_date, date '9999-12-31') and t.stop > v.from_date
        """
    )
    assert (out, vacant) == ([], [])


def test_a_shared_flat_counts_a_dwelling_for_each_contract(drawn: SyntheticSet) -> None:
    """On the last day of each year: as many counted dwellings of the flat as contracts, and one where nobody lives there."""
    found = drawn.rows(
        """
        with days as (select municipality_code, make_date(year, 12, 31) as day from truth('household_flow')),
        flats as (
            select municipality_code, day, dwelling_id, disposed_date from days inner join truth('dwelling') using (municipality_code)
            where is_shared and not contains(dwelling_id, '#') and valid_from <= day and (valid_to is null or valid_to > day)
        ),
        counted as (
            select municipality_code, day, split_part(dwelling_id, '#', 1) as dwelling_id, count(*) as dwellings
            from days inner join truth('dwelling') using (municipality_code)
            where is_in_stock and valid_from <= day and (valid_to is null or valid_to > day) group by all
        ),
        contracts as (
            select municipality_code, day, dwelling_id, count(*) as contracts
            from days inner join truth('tenancy') using (municipality_code)
            where start_date <= day and (end_date is null or end_date > day) group by all
        )
        select dwellings - greatest(coalesce(contracts, 0), 1), dwellings > 1
        from flats left join counted using (municipality_code, day, dwelling_id)
            left join contracts using (municipality_code, day, dwelling_id)
        """
    )
    assert {row[0] for row in found} == {0} and any(row[1] for row in found)


def test_events_that_are_told_are_those_of_the_truth(drawn: SyntheticSet) -> None:
    columns = "municipality_code, dwelling_id, event_kind, cast(event_date as varchar)"
    planted = [row["local_id"] for row in drawn.defects() if row["rule_id"] in {"T011", "T012", "T013"}]
    told = drawn.rows(f"select distinct {columns} from delivered('*', 'dwelling_events.csv') where event_id not in {tuple(planted)}")
    true = drawn.rows(f"select {columns} from truth('dwelling_event')")
    assert set(told) <= set(true) and {row[2] for row in told} == {
        *("acquired", "disposed", "split", "merged", "taken_out", "returned", "renovated")
    }


def test_somebody_of_eighteen_leaves_home_for_a_staffed_dwelling(small_set: SyntheticSet) -> None:
    """The same person in two households, one after the other: on the day of moving in no longer with the parents."""
    found = small_set.rows(
        """
        with people as (
            select municipality_code, household_id, member_number, person_national_id, birth_year, from_date, max(to_date) as to_date
            from delivered('*', 'household_members.csv') group by all
        )
        select young.from_date = parents.to_date, cast(left(young.from_date, 4) as int) - cast(young.birth_year as int)
        from people as young inner join people as parents using (municipality_code, person_national_id)
        where young.member_number = '1' and parents.member_number <> '1' and parents.to_date is not null
        """
    )
    planted = sum(row["rule_id"] == "T023" for row in small_set.defects()) / 2
    assert len(found) > planted == sum(not row[0] for row in found) and {row[1] for row in found} <= {18, 19}


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 10)), max_size=12))
def test_stretches_are_the_days_on_which_enough_periods_hold(periods: list[tuple[int, int, int]]) -> None:
    """Day by day: of each dwelling at least two periods hold on the days of a stretch and on no other; stretches do not touch."""
    columns = np.array(periods or [(0, 0, 0)], dtype=np.int64)[: len(periods)]
    owner, start, length = columns[:, 0], columns[:, 1], columns[:, 2]
    levels = _levels(np.concatenate([owner, owner]), np.concatenate([start, start + length]), np.repeat([1, -1], len(owner)))
    found = _stretches(levels[0], levels[1], levels[2] >= 2, 2)
    for dwelling in range(3):
        here = found.dwelling == dwelling
        held = {day for day in range(50) if ((owner == dwelling) & (start <= day) & (start + length > day)).sum() >= 2}
        spans = sorted(zip(found.from_day[here].tolist(), found.to_day[here].tolist(), strict=True))
        assert {day for begin, end in spans for day in range(begin, end)} == held
        assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))


def test_municipalities_may_have_seeds_of_their_own(tmp_path: Path) -> None:
    options = {"municipalities": ["1811", "3425"], "years": (2025, 2025)}
    both, one = make_set(tmp_path / "both", seed=8, **options), make_set(tmp_path / "one", seed=7, seeds={"3425": 8}, **options)
    name = "municipal/{}/2025-12-31_1/dwellings.csv"
    same = {
        code: (both.landing / name.format(code)).read_bytes() == (one.landing / name.format(code)).read_bytes() for code in ("1811", "3425")
    }
    assert same == {"1811": False, "3425": True}
