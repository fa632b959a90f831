"""Ground truth against the deliveries and the national figures it is calibrated to."""

from __future__ import annotations

from synthetic_sets import SyntheticSet

from orchestration.synthetic.calibration import DEFECTS
from orchestration.synthetic.native.deliver import SYSTEMS

NATIVE_KINDS = {"secret_address", "missing_street", "unknown_local_code", "impossible_date", "overlapping_tenancies", "unknown_code"}


def test_every_delivery_holds_what_was_active_since_the_one_before(small_set: SyntheticSet) -> None:
    """A tenancy of the period stands in the delivery, also one that ended on its first day: nobody knew that before."""
    for start, end in (("2019-01-01", "2019-12-31"), ("2025-02-01", "2025-02-28"), ("2025-12-01", "2025-12-31")):
        expected = small_set.rows(
            f"""
            select municipality_code, tenancy_id, start_date, if(end_date <= date '{end}', end_date, null) from truth('tenancy')
            where start_date <= date '{end}' and (end_date is null or end_date >= date '{start}')
            """
        )
        found = small_set.rows(
            f"select municipality_code, tenancy_id, start_date::date, end_date::date from delivered('{end}', 'tenancies.csv')"
        )
        treated = {
            (row["supplier"], row["local_id"]) for row in small_set.defects() if row["rule_id"] in {"T001", "T002", "T003", "T015", "R008"}
        }
        assert len(expected) > 250
        assert {row for row in expected if row[:2] not in treated} == {row for row in found if row[:2] not in treated}


def test_nothing_is_known_before_it_happens(small_set: SyntheticSet) -> None:
    for end in ("2019-12-31", "2025-03-31"):
        late = small_set.rows(f"from delivered('{end}', 'tenancies.csv') where start_date > '{end}' or end_date > '{end}'")
        late += small_set.rows(
            f"from delivered('{end}', 'dwellings.csv') where greatest(acquired_date, disposed_date, changed_date) > '{end}'"
        )
        late += small_set.rows(
            f"""
            from delivered('{end}', 'applications.csv')
            where greatest(received_date, decided_date, assigned_date, withdrawn_date, moved_in_date) > '{end}'
                or (decided_date is null) <> (decision is null) or (moved_in_date is null and tenancy_id is not null)
            """
        )
        assert late == []


def test_totals_add_up(default_set: SyntheticSet) -> None:
    parts = default_set.rows(
        """
        select t.indicator_id, p.breakdown
        from truth('total') as t
        inner join (
            select municipality_code, year, indicator_id, breakdown, sum(numerator) as numerator
            from truth('total')
            where breakdown <> 'none' and indicator_id in ('disposed_dwellings', 'newly_moved_in', 'households', 'share_with_care_services')
            group by all
        ) as p using (municipality_code, year, indicator_id)
        where t.breakdown = 'none' and t.numerator <> p.numerator
        """
    )
    assert parts == []
    wide = "(pivot (from truth('total') where breakdown = 'none') on indicator_id using first(numerator) group by municipality_code, year)"
    assert len(default_set.rows(f"from {wide}")) == 4 * 7 + 4 * 2 + 4  # four systems deliver two years, four one
    broken = default_set.rows(
        f"""
        from {wide}
        where let_dwellings + vacant_dwellings <> disposed_dwellings
            or households <> let_dwellings
            or vacancy_rate <> vacant_dwellings
            or disposed_dwellings_per_1000 <> disposed_dwellings
        """
    )
    assert broken == []
    any_group = default_set.rows(
        """
        select * from truth('total') as a inner join truth('total') as p using (municipality_code, year, breakdown, breakdown_code)
        where a.indicator_id = 'households_any_group' and p.indicator_id = 'households' and a.numerator < p.numerator
        """
    )
    assert any_group == []


def test_true_spells_do_not_overlap(default_set: SyntheticSet) -> None:
    spells = "(select *, coalesce(end_date, date '9999-12-31') as stop from truth('tenancy'))"
    shared = "(select distinct municipality_code, dwelling_id from truth('dwelling') where is_shared)"
    overlaps = default_set.rows(
        f"""
        select a.tenancy_id from (from {spells} anti join {shared} using (municipality_code, dwelling_id)) as a inner join {spells} as b
        on a.municipality_code = b.municipality_code and a.dwelling_id = b.dwelling_id and a.tenancy_id < b.tenancy_id
            and a.start_date < b.stop and b.start_date < a.stop
        """
    )
    assert overlaps == []
    outside = default_set.rows(
        f"""
        select tenancy_id from {spells} as t inner join (
            select municipality_code, dwelling_id, any_value(acquired_date) as acquired, any_value(disposed_date) as disposed
            from truth('dwelling') group by all
        ) as d using (municipality_code, dwelling_id)
        where t.start_date < acquired or t.stop > coalesce(disposed, date '9999-12-31')
        """
    )
    assert outside == []


def test_default_set_is_close_to_the_national_figures(default_set: SyntheticSet) -> None:
    def share(above: str, below: str) -> float:
        ((value,),) = default_set.rows(
            f"select (select sum(numerator) from truth('total') where {above}) / (select sum(numerator) from truth('total') where {below})"
        )
        return value

    disposed = "indicator_id = 'disposed_dwellings' and breakdown = 'none'"
    moved = "indicator_id = 'newly_moved_in' and breakdown = 'none'"
    by_group = "indicator_id = 'newly_moved_in' and breakdown = 'target_group_form_2009' and breakdown_code"
    tenure = "indicator_id = 'disposed_dwellings' and breakdown_code"
    assert 0.12 <= share(moved, disposed) <= 0.145
    assert 0.07 <= share("indicator_id = 'vacant_dwellings'", disposed) <= 0.095
    assert 0.74 <= share(f"{tenure} = 'owned'", disposed) <= 0.80
    assert 0.11 <= share(f"{tenure} = 'rented_in'", disposed) <= 0.16
    assert 0.08 <= share(f"{tenure} = 'right_of_disposal'", disposed) <= 0.12
    care, households = (
        "indicator_id = 'share_with_care_services' and breakdown = 'none'",
        "indicator_id = 'households' and breakdown = 'none'",
    )
    assert 0.40 <= share(care, households) <= 0.48
    assert 0.35 <= share(f"{by_group} = '4'", moved) <= 0.45
    assert 0.15 <= share(f"{by_group} in ('1', '2', '3')", moved) <= 0.25
    assert share(f"{by_group} = '5' and year = 2023", f"{moved} and year = 2023") > 1.5 * share(
        f"{by_group} = '5' and year = 2020", f"{moved} and year = 2020"
    )
    stays = dict(
        default_set.rows(
            "select breakdown_code, sum(numerator) / sum(denominator) from truth('total') where indicator_id = 'mean_stay_years' group by 1"
        )
    )
    assert stays["permanent"] > stays["temporary"] + 1
    rates = dict(
        default_set.rows(
            """select municipality_code, 1000 * numerator / denominator from truth('total')
            where indicator_id = 'disposed_dwellings_per_1000' and year = 2025"""
        )
    )
    assert rates["1811"] > 1.5 * rates["5001"] and all(10 < rate < 60 for rate in rates.values())


def test_every_kind_of_defect_is_planted_and_listed_once(default_set: SyntheticSet) -> None:
    rows = default_set.defects()
    kinds = {kind if not kind.startswith("wrong_check_digits") else "wrong_check_digits" for kind in DEFECTS}
    native = {system.municipality for system in SYSTEMS}
    assert {row["defect_kind"] for row in rows if row["supplier"] not in native} == kinds | {"truncated_file", "corrected_delivery"}
    assert {row["defect_kind"] for row in rows if row["supplier"] in native} == NATIVE_KINDS
    places = [(r["rule_id"], r["delivery"], r["entity"], r["line_number"], r["local_id"]) for r in rows]
    assert len(places) == len(set(places))
    assert sum(default_set.summary.defects.values()) == len(rows)
    # The line is the one that holds the key.
    for row in rows:
        if row["supplier"] not in native and row["rule_id"] in {
            "T001",
            "T002",
            "T003",
            "T011",
            "T012",
            "T013",
            "T015",
            "T016",
            "T017",
            "R008",
            "P004",
            "T005",
        }:
            line = (
                (default_set.landing / row["delivery"] / row["file"]).read_text(encoding="utf-8").split("\n")[int(row["line_number"]) - 1]
            )
            assert line.split(";")[1] == row["local_id"]
