"""Published tables: what the project's SQL must make of them.

The cases stand in ``data`` with their source in ``README.md``. Expected figures are those the published text prints.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

DATA = Path(__file__).parent / "data"
DWELLING_COLUMNS = (
    "'0301' as municipality_code, 'ordinary' as category, false as is_wheelchair_accessible, "
    "date '2000-01-01' as valid_from, true as is_in_stock"
)


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def delivered(sandbox, municipality_code: str, *years: int) -> None:
    rows = " union all ".join(
        f"select '{municipality_code}' as municipality_code, {y} as year, date '{y}-12-31' as reference_date" for y in years
    )
    sandbox.given("int_deliveries__covered_year", rows)
    sandbox.given(
        "dim_municipality",
        f"select '{municipality_code}' as municipality_code, 'Kommunen' as municipality_name, "
        f"'{municipality_code[:2]}' as county_code, 'Fylket' as county_name, "
        "date '1990-01-01' as valid_from, cast(null as date) as valid_to, true as is_current",
    )


def per_cent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.01"))


def test_disposed_dwellings_by_tenure_form_2008_and_2017(sandbox) -> None:
    """The whole country's dwellings, as one municipality's: totals and the share that is owned."""
    table = read("disposed_by_tenure_2008_2017")
    rows = " union all ".join(
        f"select {DWELLING_COLUMNS}, '{row['tenure_form']} {year} ' || n as dwelling_key, "
        f"'{row['tenure_form']}' as tenure_form, 'freehold' as tenure_kind, "
        f"cast({valid_to} as date) as valid_to from range({row[year]}) as t (n)"
        for row in table
        for year, valid_to in (("2008", "'2009-01-01'"), ("2017", "null"))
    )
    # The dwellings of 2017 are bought after those of 2008 are gone.
    sandbox.given(
        "int_dwellings__version",
        f"select * replace (case when valid_to is null then date '2017-01-01' else valid_from end as valid_from) from ({rows})",
    )
    delivered(sandbox, "0301", 2008, 2017)
    sandbox.indicators()

    assert sandbox.figure("disposed_dwellings", 2008)[0] == 96_769
    assert sandbox.figure("disposed_dwellings", 2017)[0] == 110_983
    for row in table:
        assert sandbox.figure("disposed_dwellings", 2008, row["tenure_form"])[0] == int(row["2008"])
        assert sandbox.figure("disposed_dwellings", 2017, row["tenure_form"])[0] == int(row["2017"])
    owned_2008, owned_2017 = (sandbox.figure("share_owned", year) for year in (2008, 2017))
    assert owned_2008[:2] == (81_563, 96_769)
    assert per_cent(owned_2008[2]) == Decimal("84.29")
    assert per_cent(owned_2017[2]) == Decimal("75.36")


def test_dwelling_stock_of_flora_2012(sandbox) -> None:
    """160 freehold, 28 cooperative and 16 condominium make 204 owned of 232; the 28 others are disposed of, not owned."""
    item = {row["item"]: int(row["value"]) for row in read("flora_dwelling_stock_2012")}
    kinds = {
        "freehold": ("owned", item["owned_selveid"]),
        "cooperative": ("owned", item["owned_borettslag"]),
        "condominium": ("owned", item["owned_sameie"]),
        "private_rental": ("rented_in", item["disposed_total"] - item["owned_total"]),
    }
    rows = " union all ".join(
        f"select {DWELLING_COLUMNS}, '{kind} ' || n as dwelling_key, '{form}' as tenure_form, '{kind}' as tenure_kind, "
        f"cast(null as date) as valid_to from range({count}) as t (n)"
        for kind, (form, count) in kinds.items()
    )
    sandbox.given("int_dwellings__version", f"select * replace ('1401' as municipality_code) from ({rows})")
    delivered(sandbox, "1401", 2012)
    sandbox.indicators()

    assert [sandbox.figure("disposed_dwellings", 2012, kind)[0] for kind in ("freehold", "cooperative", "condominium")] == [160, 28, 16]
    assert sandbox.figure("disposed_dwellings", 2012, "owned")[0] == 204
    assert sandbox.figure("disposed_dwellings", 2012)[0] == 232
    assert sandbox.figure("disposed_dwellings", 2012, "rented_in")[0] == 28
    assert sandbox.figure("share_owned", 2012)[:2] == (204, 232)


def test_share_of_move_ins_without_group_in_trondheim_2018(sandbox) -> None:
    """58 of 460 households that moved in had no target group: 12.61 per cent."""
    groups = ", ".join(f"g as primary_group_{scheme}_at_start" for scheme in ("form_2009", "form_2020", "r0_2019"))
    sandbox.given(
        "fct_tenancy",
        "select '5001' as municipality_code, 't' || n as tenancy_key, true as is_counted, 'new' as kind_of_start, "
        f"date '2018-06-01' as start_date, 'temporary' as need_horizon_at_start, {groups} "
        "from (select n, case when n < 58 then 'unclassified' else '6' end as g from range(460) as t (n))",
    )
    delivered(sandbox, "5001", 2018)
    sandbox.indicators()

    numerator, denominator, value = sandbox.figure("share_unclassified", 2018)
    assert (numerator, denominator) == (58, 460)
    assert per_cent(value) == Decimal("12.61")
    assert sandbox.figure("newly_moved_in", 2018)[0] == 460


def test_the_same_population_falls_in_different_classes_of_size(sandbox) -> None:
    table = read("size_classes_2020")
    rows = " union all ".join(
        f"select '{row['municipality']}' as municipality_code, 2020 as year, 'all' as age_group, "
        f"{row['population']} as persons, 'observed' as status"
        for row in table
    )
    sandbox.given("int_geography__inhabitants", rows)
    sandbox.seed("size_class")
    sandbox.run("int_indicators__size_class")

    found = sandbox.con.execute(
        "select municipality_code, max(size_class) filter (where scheme = 'kostra'), "
        "max(size_class) filter (where scheme = 'bolig_for_velferd') "
        f"from {sandbox.relation('int_indicators__size_class')} where year = 2020 group by all"
    ).fetchall()
    assert sorted(found) == sorted((row["municipality"], row["size_kostra"], row["size_r2"]) for row in table)
