"""Published tables as they were printed, saved as text and read like any other delivery: sums, mean amounts, and what is kept back.

The cases stand in ``data`` with their source in ``README.md``. Expected figures are those that the text prints, or that follow from it.
"""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

from orchestration.sources.answers import open_answer

DATA = Path(__file__).parent / "data"
MUNICIPALITIES = {"Flora": "1401", "Fjell": "1246", "Sogndal": "1420", "Førde": "1432", "Vågsøy": "1439", "Eid": "1443"}
REST = {
    "version": 1,
    "table_id": "04695",
    "title": "04695: Boliger",
    "vintage": "final",
    "fetched_at": "2026-06-20T09:30:15",
    "licence": "none",
    "credit": "NIBR 2013:29",
    "url": "none",
    "figures": {"headings": "(?P<Tid>[0-9]{4})"},
}


def publish(sandbox, folder: Path, case: str, dimensions: dict, contents: list[dict]) -> None:
    """The table of a case, with its description, as cells of staging; and then as published figures by a list of contents."""
    described = REST | {"dimensions": dimensions | {"Tid": {"role": "time"}}}
    (folder / "table.yml").write_text(json.dumps(described), encoding="utf-8")  # JSON is YAML
    path = folder / "statbank_04695_final_001.csv"
    path.write_bytes((DATA / f"{case}.csv").read_bytes())
    records = open_answer("cell", path, [])
    sandbox.con.execute(f"create table cells (line_number bigint, {', '.join(f'{name} varchar' for name in records.header)})")
    sandbox.con.executemany(
        f"insert into cells values ({', '.join('?' * (1 + len(records.header)))})",
        [(number, *(cell or None for cell in cells)) for number, cells in records.rows()],
    )
    sandbox.given(
        "stg_ssb_statbank__cell",
        "select 'd' as delivery_id, * replace (cast(value as decimal(20, 6)) as value, cast(decimals as integer) as decimals), "
        "date '2012-12-31' as period_end, timestamp '2013-06-20' as received_at from cells",
    )
    codes = " union all ".join(f"select '{code}' as code" for code in MUNICIPALITIES.values())
    sandbox.given(
        "stg_klass__municipality_version",
        "select 'k' as delivery_id, *, date '1838-01-01' as valid_from, date '2020-01-01' as valid_to, date '2019-01-01' as period_end "
        f"from ({codes})",
    )
    sandbox.seed("published_region", "published_content")
    sandbox.con.execute(f"delete from {sandbox.relation('published_content')}")
    for number, content in enumerate(contents):
        columns = {"content_id": number, "multiplier": 1, "year_shift": 0, "is_exact": True, "serves_every_vintage": False} | content
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        sandbox.con.execute(f"insert into {sandbox.relation('published_content')} ({names}) values ({marks})", list(columns.values()))
    sandbox.run("int_published__region", "int_published__content", "int_published__cell", "int_published__figure")


def measured(measure: str, code: str, breakdown: str = "none", breakdown_code: str = "all", makes_whole: bool = False) -> dict:
    return {
        "table_id": "04695",
        "contents_code": code,
        "measure_id": measure,
        "breakdown": breakdown,
        "breakdown_code": breakdown_code,
        "makes_whole": makes_whole,
    }


def make_figures(sandbox) -> None:
    """Published figures to indicators of municipalities and of the six together."""
    sandbox.seed("indicator", "measure", "measure_need", "figure_status", "figure_method", "breakdown", "target_group_scheme")
    sandbox.run("dim_measure", "dim_indicator", "dim_breakdown")
    codes = ", ".join(f"('{code}')" for code in MUNICIPALITIES.values())
    years = f"(values {codes}) as m (municipality_code), range(2009, 2013) as y (year)"
    sandbox.given(
        "int_geography__area_member",
        "select level as area_level, case level when 'peer_set' then 'flora' else municipality_code end as area_code, municipality_code, "
        "cast(year as integer) as year, cast(1 as decimal(9, 8)) as weight "
        f"from {years}, (values ('municipality'), ('peer_set')) as a (level)",
    )
    sandbox.given(
        "int_indicators__area_year",
        "select cast(row_number() over () as integer) as area_year_id, area_level, area_code, area_code as area_name, year, "
        "cast(count(*) as integer) as municipality_total_count, true as is_convertible, count(*) = 1 as is_single "
        f"from {sandbox.relation('int_geography__area_member')} group by area_level, area_code, year",
    )
    sandbox.given(
        "dim_area", "select distinct area_level, area_code, area_code as area_name from " + sandbox.relation("int_geography__area_member")
    )
    sandbox.nothing_else("int_indicators__measure_told", "int_indicators__published")
    sandbox.nothing_else("int_indicators__direct_figure", "int_indicators__published_figure")
    sandbox.given(
        "int_indicators__sufficient",
        "select '' as municipality_code, 0 as year, '' as measure_id, '' as breakdown, false as is_covered where false",
    )
    sandbox.run("int_indicators__published", "int_indicators__published_figure", "int_indicators__measure_told", "int_indicators__measure")
    sandbox.run("int_indicators__cell", "int_indicators__series", "int_indicators__part", "int_indicators__direct_figure", "fct_indicator")


def figure(sandbox, indicator: str, year: int, area: str) -> tuple:
    """Value as printed with two decimals, symbol and status."""
    found = sandbox.con.execute(
        f"select value, symbol, status, vintage from {sandbox.relation('fct_indicator')} "
        "where indicator_id = ? and year = ? and area_code = ? and breakdown = 'none'",
        [indicator, year, area],
    ).fetchall()
    ((value, symbol, status, vintage),) = found
    assert vintage == "published_final"
    return (None if value is None else value.quantize(Decimal("0.01")), symbol, status)


def test_temporary_accommodation_of_six_municipalities(sandbox, tmp_path: Path) -> None:
    """The sums that the report prints; who had nobody all four years reported zero."""
    dimensions = {
        "Region": {"role": "geo", "column": "municipality", "codes": MUNICIPALITIES},
        "ContentsCode": {"role": "metric", "constant": "KOStotmidlbo0000"},
    }
    publish(
        sandbox, tmp_path, "temporary_accommodation_2009_2012", dimensions, [measured("temporary_households_in_year", "KOStotmidlbo0000")]
    )
    make_figures(sandbox)

    name = "temporary_households_in_year"
    assert [figure(sandbox, name, year, "flora") for year in range(2009, 2013)] == [(n, None, "observed") for n in (25, 9, 12, 34)]
    for place in ("Sogndal", "Vågsøy"):
        assert [figure(sandbox, name, year, MUNICIPALITIES[place]) for year in range(2009, 2013)] == [(0, None, "observed")] * 4
    assert figure(sandbox, name, 2011, MUNICIPALITIES["Flora"]) == (1, None, "observed")
    facts = sandbox.relation("fct_indicator")
    small = f"select area_code, year, value from {facts} where is_small_number and indicator_id = ? order by all"
    assert sandbox.con.execute(small, [name]).fetchall() == [(MUNICIPALITIES["Flora"], 2011, 1), (MUNICIPALITIES["Eid"], 2010, 1)]


def test_sublets_of_flora_2012_are_outside_the_total(sandbox) -> None:
    """About 60 agreements with private landlords come in addition to the 232 dwellings; they are flagged, and never inside the total."""
    with (DATA / "flora_dwelling_stock_2012.csv").open(encoding="utf-8") as file:
        printed = {row["item"]: int(row["value"]) for row in csv.DictReader(file)}
    sandbox.seed("published_sublet", "code_label")
    sandbox.given("dim_area", "select 'municipality' as area_level, '1401' as area_code, 'Flora' as area_name")
    sandbox.run("fct_published_sublet")

    flora = sandbox.con.execute(
        "select is_sublet_in_total, is_approximate, disposed_count, sublet_count, without_sublet_count, with_sublet_count "
        f"from {sandbox.relation('fct_published_sublet')} where area_code = '1401' and year = 2012"
    ).fetchall()
    assert flora == [(False, True, printed["disposed_total"], 60, printed["disposed_total"], 292)]


def test_husbanken_in_flora_2009_and_2012(sandbox, tmp_path: Path) -> None:
    """What is not shown is no figure, and neither is a mean that needs it; amounts are divided by those who got them."""
    dimensions = {"Region": {"role": "geo", "constant": "1401"}, "ContentsCode": {"role": "metric", "column": "variable"}}
    publish(
        sandbox,
        tmp_path,
        "flora_husbanken_2009_2012",
        dimensions,
        [
            measured("adaptation_grants", "grants_adaptation_dwellings"),
            measured("adaptation_grant_nok", "grants_adaptation_nok"),
            measured("start_loans", "start_loan_dwellings"),
            measured("start_loan_nok", "start_loan_nok"),
            measured("housing_allowance_households", "housing_allowance_households"),
            measured("housing_allowance_nok_per_month", "housing_allowance_nok_per_month"),
        ],
    )
    make_figures(sandbox)

    def both(indicator: str) -> list[tuple]:
        return [figure(sandbox, indicator, year, "1401") for year in (2009, 2012)]

    assert both("adaptation_grants") == [(None, ":", "suppressed"), (3, None, "observed")]
    assert both("adaptation_grant_nok_per_grant") == [(None, ":", "suppressed"), (65_000, None, "observed")]
    assert both("housing_allowance_nok_per_household") == [(Decimal("1906.78"), None, "observed"), (Decimal("1838.41"), None, "observed")]
    assert both("start_loan_nok_per_loan") == [(Decimal("365823.53"), None, "observed"), (Decimal("377277.78"), None, "observed")]


def test_new_dwellings_of_the_programme_add_up(sandbox, tmp_path: Path) -> None:
    """The parts of the printed table make the printed totals: 325 and 192."""
    dimensions = {
        "ContentsCode": {"role": "metric", "constant": "new"},
        "Storrelse": {"column": "size"},
    }
    sizes = [
        measured("new_dwellings", "new", "size", size, True) | {"dimension_filter": f"Storrelse={size}"}
        for size in ("small", "medium", "large")
    ]
    total = measured("new_dwellings", "new") | {"dimension_filter": "Storrelse=total"}
    publish(sandbox, tmp_path, "new_dwellings_mental_drug_programme", dimensions, [*sizes, total])
    sandbox.given("int_geography__area_member", "select '' as area_level, '' as area_code, '' as municipality_code, 0 as year where false")
    sandbox.given("int_indicators__area_year", "select '' as area_level, '' as area_code, 0 as year where false")
    sandbox.run("int_indicators__sum_check")

    found = sandbox.con.execute(
        f"select year, published_value, compared_value, outcome from {sandbox.relation('int_indicators__sum_check')} order by year"
    ).fetchall()
    assert found == [(2017, 325, 325, "agrees"), (2018, 192, 192, "agrees")]
