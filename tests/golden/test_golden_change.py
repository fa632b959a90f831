"""Published tables over time: what the project makes of the step from one year to another, and of targets.

The cases stand in ``data`` with their source in ``README.md``. Expected figures are those that the text prints, or that follow from it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"
UNITS = "case when indicator_id like 'share%' then 'share' when indicator_id like '%nok%' then 'nok' else 'count' end"
Figure = tuple[str, str, int, str, str, Decimal | None]


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> Decimal | None:
    """A cell as published: ``:`` is kept back, not zero."""
    return None if cell == ":" else Decimal(cell)


def compare(sandbox, figures: Iterable[Figure]) -> None:
    """Final published figures (area level, area, year, indicator, tenure form or all, value) through the models of comparison."""
    sandbox.con.execute(
        "create table fed (area_level text, area_code text, year integer, indicator_id text, code text, value decimal(18, 6))"
    )
    sandbox.con.executemany("insert into fed values (?, ?, ?, ?, ?, ?)", list(figures))
    sandbox.given(
        "fct_indicator",
        "select *, area_code as area_name, code as breakdown_code, 'key' as breakdown_key, 'published_final' as vintage, "
        "'observed' as status, "
        f"case code when 'all' then 'none' else 'tenure_form' end as breakdown, {UNITS} as unit, "
        "1 as municipality_count, 1 as municipality_total_count from fed",
    )
    sandbox.seed("indicator", "measure", "breakdown", "target_group_scheme", "code_label", "indicator_break", "target", "target_judgement")
    sandbox.run("dim_measure", "dim_indicator", "dim_breakdown", "int_indicators__segment")
    # the programme's own count is no indicator of the catalogue: here it stands for one
    sandbox.con.execute(
        f"insert into {sandbox.relation('dim_indicator')} by name select 'new_dwellings' as indicator_id, true as is_trend_safe"
    )
    sandbox.con.execute(f"update {sandbox.relation('target')} set indicator_id = 'new_dwellings' where target_id like 'new_dwellings%'")
    sandbox.given(
        "int_geography__border", "select 'municipality' as area_level, '' as area_code, 0 as year, 0 as border_number where false"
    )
    sandbox.given("dim_area", "select 'country' as area_level, '0' as area_code, 'Landet' as area_name, true as is_area_complete")
    sandbox.run("fct_indicator_change", "fct_target")


def change(sandbox, indicator: str, year: int, code: str = "all", area: str = "0", kind: str = "first_year") -> tuple:
    """The step of a series to ``year``: absolute, percent and points as printed, with two decimals, and the reason where there is none."""
    found = sandbox.con.execute(
        "select change_absolute, change_percent, change_points, reason from "
        f"{sandbox.relation('fct_indicator_change')} where indicator_id = ? and year = ? and breakdown_code = ? and area_code = ? "
        "and change_kind = ?",
        [indicator, year, code, area, kind],
    ).fetchall()
    assert len(found) == 1
    *steps, reason = found[0]
    return (*[step if step is None else step.quantize(Decimal("0.01")) for step in steps], reason)


def tenure_figures() -> list[Figure]:
    table = {row["tenure_form"]: row for row in read("disposed_by_tenure_2008_2017")}
    figures: list[Figure] = []
    for year in ("2008", "2017"):
        total = sum(int(row[year]) for row in table.values())
        owned = (Decimal(table["owned"][year]) / total).quantize(Decimal("0.000001"))
        figures += [("country", "0", int(year), "disposed_dwellings", form, Decimal(row[year])) for form, row in table.items()]
        figures += [
            ("country", "0", int(year), "disposed_dwellings", "all", Decimal(total)),
            ("country", "0", int(year), "share_owned", "all", owned),
        ]
    return figures


def test_the_step_from_2008_to_2017_crosses_the_break_of_2009(sandbox) -> None:
    compare(sandbox, tenure_figures())

    refused = (None, None, None, "series_break")
    assert change(sandbox, "disposed_dwellings", 2017) == refused
    assert change(sandbox, "disposed_dwellings", 2017, "rented_in") == refused
    assert change(sandbox, "share_owned", 2017) == refused


@pytest.mark.parametrize("sandbox", [{"changes_across_breaks": True}], indirect=True)
def test_the_step_from_2008_to_2017_where_it_is_asked_for(sandbox) -> None:
    """The owned share falls by 8.93 percentage points, which is no fall by 8.93 per cent."""
    compare(sandbox, tenure_figures())

    assert change(sandbox, "disposed_dwellings", 2017) == (14_214, Decimal("14.69"), None, None)
    assert change(sandbox, "disposed_dwellings", 2017, "rented_in") == (11_161, Decimal("247.25"), None, None)
    assert change(sandbox, "share_owned", 2017) == (None, None, Decimal("-8.93"), None)
    crossing = f"select bool_and(crosses_break) from {sandbox.relation('fct_indicator_change')} where base_year_used < 2009"
    assert sandbox.con.execute(crossing).fetchone() == (True,)


def test_temporary_accommodation_from_zero_and_of_zeros(sandbox) -> None:
    """From zero there is a step and no per cent; zeros are reported and not missing."""
    table = {row.pop("municipality"): row for row in read("temporary_accommodation_2009_2012")}
    compare(
        sandbox,
        (
            ("municipality", name, int(year), "temporary_households", "all", Decimal(cell))
            for name, row in table.items()
            for year, cell in row.items()
        ),
    )

    def steps(name: str) -> list[tuple]:
        return [change(sandbox, "temporary_households", year, area=name, kind="year_on_year") for year in (2010, 2011, 2012)]

    zero = (0, None, None, "base_zero")
    assert steps("Flora") == [(-5, -100, None, None), (1, None, None, "base_zero"), (9, 900, None, None)]
    assert steps("Fjell") == [(-7, -100, None, None), zero, (17, None, None, "base_zero")]
    assert steps("Sogndal") == steps("Vågsøy") == [zero, zero, zero]
    assert steps("Eid") == [(-6, Decimal("-85.71"), None, None), (-1, -100, None, None), zero]


def test_husbanken_in_flora_2009_to_2012(sandbox) -> None:
    """The amount of start loans more than doubled, and so did their number; what was kept back in 2009 is no base."""
    indicators = {
        "start_loan_nok": "start_loan_nok",
        "start_loan_dwellings": "start_loans",
        "grants_adaptation_dwellings": "adaptation_grants",
        "grants_adaptation_nok": "adaptation_grant_nok",
        "grants_establishment_nok": "establishment_grant_nok",
    }
    table = {row.pop("variable"): row for row in read("flora_husbanken_2009_2012")}
    nok, grants = (table[f"grants_adaptation_{what}"]["2012"] for what in ("nok", "dwellings"))
    per_grant = {"2009": None, "2012": number(nok) / number(grants)}
    figures = [
        ("municipality", "1401", int(year), indicator, "all", number(cell))
        for variable, indicator in indicators.items()
        for year, cell in table[variable].items()
    ]
    mean = [("municipality", "1401", int(year), "adaptation_grant_nok_per_grant", "all", value) for year, value in per_grant.items()]
    compare(sandbox, [*figures, *mean])

    def step(indicator: str) -> tuple:
        return change(sandbox, indicator, 2012, area="1401", kind="base_year")

    assert step("start_loan_nok") == (7_363_000, Decimal("118.40"), None, None)
    assert step("start_loans") == (19, Decimal("111.76"), None, None)
    assert step("adaptation_grants") == step("adaptation_grant_nok") == (None, None, None, "base_missing")
    assert per_grant["2012"] == 65_000
    assert step("adaptation_grant_nok_per_grant") == (None, None, None, "base_missing")
    assert step("establishment_grant_nok") == (0, 0, None, None)


def test_new_dwellings_of_the_programme_2017_and_2018(sandbox) -> None:
    """517 of 500 dwellings were reached two years early; in the small municipalities there was nothing to grow from."""
    table = {row["size"]: row for row in read("new_dwellings_mental_drug_programme")}
    figures = [
        ("size_kostra", size, year, "new_dwellings", "all", Decimal(row[str(year)])) for size, row in table.items() for year in (2017, 2018)
    ]
    compare(sandbox, [*figures, *(("country", "0", *figure[2:]) for figure in figures if figure[1] == "total")])

    assert change(sandbox, "new_dwellings", 2018, area="small") == (2, None, None, "base_zero")
    assert change(sandbox, "new_dwellings", 2018, area="medium") == (-73, Decimal("-48.67"), None, None)
    assert change(sandbox, "new_dwellings", 2018, area="total") == (-133, Decimal("-40.92"), None, None)
    reached = "select actual_value, target_value, year, year_used, outcome from {} where target_id = 'new_dwellings_mental_health_drugs'"
    assert sandbox.con.execute(reached.format(sandbox.relation("fct_target"))).fetchall() == [(517, 500, 2020, 2018, "achieved")]
