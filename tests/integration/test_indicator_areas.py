"""Figures of areas through time, on the real classification of municipalities and their real inhabitants.

Belongs here: what must hold for every area and year whatever was counted. Does not belong here: single cases (dbt's unit tests).
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache

import pytest
from compiled_models import CompiledModels
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.settings import PROJECT_ROOT

REFERENCE = PROJECT_ROOT / "reference"
VERSION, CHANGE = "staging.stg_klass__municipality_version", "staging.stg_klass__municipality_change"
POPULATION, MEASURE = "shared.fct_population", "intermediate.int_indicators__measure"
UNDER_THE_LINE = {"breakdown": "none", "breakdown_code": "all", "vintage": "all"}
SPLITS = {2016: {"0720": {"3905", "3907"}}, 2019: {"1850": {"1806", "1875"}, "5012": {"5055", "5056", "5059"}}}
RECEIVED = dt.datetime(2025, 1, 1)


@pytest.fixture(scope="module")
def models(compiled: dict[str, dict], tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    given_rows = ["stg_klass__municipality_version", "stg_klass__municipality_change", "fct_population", "int_indicators__measure"]
    return CompiledModels(compiled, tmp_path_factory.mktemp("areas"), ["fct_indicator"], given_rows)


@cache
def rows_of(path: str) -> list[dict[str, str]]:
    with (REFERENCE / path).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def delivered() -> dict:
    return {"period_end": dt.date(2025, 1, 1), "received_at": RECEIVED, "delivery_id": "k"}


def klass() -> dict[str, list]:
    """The classification of municipalities as it is shipped."""
    versions = [
        {"code": r["code"], "name": r["name"], "valid_from": day(r["valid_from"]), "valid_to": day(r["valid_to"])} | delivered()
        for r in rows_of("regions/klass131_municipality_versions.csv")
    ]
    changes = {(r["change_date"], r["from_code"], r["to_code"]) for r in rows_of("regions/klass131_changes.csv")}
    return {
        VERSION: versions,
        CHANGE: [{"change_date": day(c[0]), "from_code": c[1], "to_code": c[2]} | delivered() for c in sorted(changes)],
    }


@cache
def codes_of(year: int) -> list[str]:
    """Codes that are valid on 31 December, without the model."""
    on = f"{year}-12-31"
    return sorted(
        r["code"]
        for r in rows_of("regions/klass131_municipality_versions.csv")
        if r["code"] != "9999" and r["valid_from"] <= on and (not r["valid_to"] or r["valid_to"] > on)
    )


def measured(measure: str, code: str, year: int, amount: int | Decimal | None, **more) -> dict:
    told = {"status": "observed", "method": "counted"} if amount is not None else {"status": "missing", "method": "none"}
    cell = {"breakdown": "none", "breakdown_code": "all", "vintage": "own_register"}
    amount = None if amount is None else Decimal(amount)
    return {"municipality_code": code, "year": year, "measure_id": measure, "amount": amount} | cell | told | more


@cache
def inhabitants() -> dict[tuple[str, int], int]:
    """Inhabitants on 31 December by code and year, from the published table: it says 1 January of the year after."""
    found = rows_of("population/population_by_municipality.csv")
    return {(r["code"], int(r["year"]) - 1): int(r["population"]) for r in found if r["code"] in codes_of(int(r["year"]))}


def population() -> list[dict]:
    told = {"age_group": "all", "status": "official", "method": "observed"}
    return [{"municipality_code": code, "year": year + 1, "persons": n} | told for (code, year), n in inhabitants().items()]


def figures(con, level: str, indicator: str = "disposed_dwellings", schema: str = "kept") -> dict[tuple[str, int], tuple]:
    rows = con.execute(
        "select area_code, year, numerator, denominator, value, symbol, status, method, municipality_count, municipality_total_count "
        f"from {schema}.fct_indicator where area_level = ? and indicator_id = ? and breakdown = 'none'",
        [level, indicator],
    ).fetchall()
    return {(row[0], row[1]): row[2:] for row in rows}


@pytest.fixture(scope="module")
def populated(compiled: dict[str, dict], tmp_path_factory: pytest.TempPathFactory):
    """The published table of inhabitants, in the models that read it."""
    given_rows = ["stg_klass__municipality_version", "stg_klass__municipality_change", "fct_population"]
    wanted = ["int_indicators__population", "int_geography__area_member"]
    models = CompiledModels(compiled, tmp_path_factory.mktemp("inhabitants"), wanted, given_rows)
    return models.run({**klass(), POPULATION: population()})


@pytest.fixture(scope="module")
def stock() -> dict[tuple[str, int], int]:
    """A made-up number of dwellings for every municipality in the years around the reforms."""
    chance = random.Random(11)
    return {(code, year): chance.randrange(5, 4000) for year in (2012, 2016, *range(2017, 2025)) for code in codes_of(year)}


@pytest.fixture(scope="module")
def built(models, populated, stock):
    """Every municipality's dwellings, with its real inhabitants under them."""
    rows = [measured("disposed_dwellings", code, year, n) for (code, year), n in stock.items()]
    rows += populated.execute("from intermediate.int_indicators__population").to_arrow_table().to_pylist()
    con = models.run({**klass(), MEASURE: rows, POPULATION: population()})
    con.execute("create schema kept")  # other tests run the models again
    for name in ("indicators.fct_indicator", "intermediate.int_indicators__area_year", "intermediate.int_geography__conversion"):
        con.execute(f"create table kept.{name.split('.')[1]} as from {name}")
    return con


def test_there_are_as_many_municipalities_as_there_were(built) -> None:
    counted = dict(
        built.execute("select year, municipality_total_count from kept.int_indicators__area_year where area_level = 'country'").fetchall()
    )
    expected = {2013: 428, 2017: 426, 2018: 422, 2019: 422, 2020: 356, 2021: 356, 2022: 356, 2023: 356, 2024: 357}
    assert {year: counted[year] for year in expected} == expected
    today = built.execute(
        "select count(distinct current_code) from kept.int_geography__conversion where year = 2005 and weight is not null"
    ).fetchone()
    assert today == (357,), "every municipality of today has a past"


@pytest.mark.parametrize("before", [2016, 2017, 2019, 2023])
def test_merged_municipalities_keep_their_sum_and_splits_without_weights_are_refused(built, stock, before: int) -> None:
    """The last year under the old codes, on today's borders: each municipality stands in one sum, but for the known splits."""
    split = {code: parts for year, codes in SPLITS.items() if year >= before for code, parts in codes.items()}
    if before < 2018:
        split["1613"] = split.pop("5012")  # Snillfjord had another county until 2018
    refused = set().union(*split.values())
    today = {code: row for (code, year), row in figures(built, "municipality_today").items() if year == before}
    assert len(today) == 357
    assert {code for code, row in today.items() if row[2] is None} == refused
    assert {today[code][2:6] for code in refused} == ({(None, "..", "missing", "split_not_convertible")} if refused else set())
    members = defaultdict(set)
    for code, current in built.execute(
        "select municipality_code, current_code from kept.int_geography__conversion where year = ?", [before]
    ).fetchall():
        members[current].add(code)
    lost = set().union(*(members[code] for code in refused)) if refused else set()
    assert split.keys() <= lost
    kept = sum(n for (code, year), n in stock.items() if year == before and code not in lost)
    assert sum(row[0] for row in today.values() if row[2] is not None) == kept
    weighted = {code for code, row in today.items() if row[5] == "split_by_weight"}
    assert weighted == {"1508", "1580"}


def test_the_split_of_2024_is_an_estimate_by_inhabitants_and_refused_without(models, built, stock) -> None:
    today = figures(built, "municipality_today")
    parts = {code: Decimal(stock["1507", 2023]) * n / 67866 for code, n in (("1508", 58509), ("1580", 9357))}
    for code, expected in parts.items():
        numerator, _, value, symbol, status, method, *_ = today[code, 2023]
        assert abs(numerator - expected) < Decimal("0.01") and value == numerator
        assert (symbol, status, method) == (None, "estimated", "split_by_weight")
        assert today[code, 2024][4:6] == ("observed", "counted")
    models.con.execute("create temp table weights as from seeds.split_weight; delete from seeds.split_weight")
    try:
        without = models.run({**klass(), MEASURE: [measured("disposed_dwellings", "1507", 2023, 5)]})
        assert figures(without, "municipality_today", schema="indicators") == {
            (code, 2023): (None, None, None, "..", "missing", "split_not_convertible", 0, 1) for code in ("1508", "1580")
        }
    finally:
        models.con.execute("insert into seeds.split_weight from weights; drop table weights")


def test_rates_are_per_the_inhabitants_of_the_published_table(built, stock) -> None:
    """Per 1 000 at every level that the table can be added up to by hand, from 5 295 619 inhabitants at 1 January 2018."""
    merging = {"0702", "0709", "0714", "0722", "0723", "0728", "1624", "1718"}  # the next day, into others
    year = 2017
    new_code = {r["from_code"]: r["to_code"] for r in rows_of("regions/klass131_changes.csv") if r["change_date"] == "2018-01-01"}
    persons = {
        code: inhabitants()[code, year - 1] if code in merging else inhabitants()[new_code.get(code, code), year] for code in codes_of(year)
    }
    found = {
        level: figures(built, level, "disposed_dwellings_per_1000")
        for level in ("municipality", "county", "country", "country_without_oslo")
    }
    assert len(persons) == 426
    for code in persons:
        numerator, denominator, value, _, status, method, *_ = found["municipality"][code, year]
        assert (numerator, denominator) == (stock[code, year], persons[code])
        assert (status, method) == (("estimated", "before_border_change") if code in merging else ("observed", "counted"))
        assert abs(value - Decimal(1000) * numerator / denominator) < Decimal("0.000001")
    for level, area in [
        ("country", lambda _: "0"),
        ("country_without_oslo", lambda c: None if c == "0301" else "0-0301"),
        ("county", lambda c: c[:2]),
    ]:
        over, under, number = Counter(), Counter(), Counter()
        for code in persons:
            over[area(code)] += stock[code, year]
            under[area(code)] += persons[code]
            number[area(code)] += 1
        for name in over.keys() - {None}:
            numerator, denominator, value, *_, count, total = found[level][name, year]
            assert (numerator, denominator, count, total) == (over[name], under[name], number[name], number[name])
    assert found["country"]["0", 2017][1] == 5_295_160, "459 persons fewer than on 1 January 2018: eight municipalities of the year before"
    assert found["country"]["0", 2017][4:6] == ("estimated", "mixed")
    assert found["country"]["0", 2018][1] == 5_328_212, "Rindal, whose code became another one, is there"
    assert found["country"]["0", 2018][4:6] == ("observed", "counted")


@pytest.mark.parametrize(
    ("code", "year", "expected"),
    [
        ("5001", 2018, (196_159, "observed", "counted")),
        ("5001", 2019, (196_159, "estimated", "before_border_change")),  # 205 163 the next day, with Klæbu
        ("5030", 2019, (6_076, "estimated", "before_border_change")),
        ("1103", 2019, (134_037, "estimated", "before_border_change")),  # 143 574 with Finnøy and Rennesøy
        ("0704", 2016, (42_276, "estimated", "before_border_change")),  # 44 922 with a part of Stokke
        ("0704", 2017, (45_360, "observed", "counted")),
        ("1850", 2019, (1_925, "estimated", "before_border_change")),  # split between 1806 and 1875
        ("1601", 2017, (193_501, "observed", "counted")),  # 5001 the next day
        ("1567", 2018, (2_028, "observed", "counted")),  # 5061 the next day
        ("0301", 2019, (693_494, "observed", "counted")),
    ],
)
def test_inhabitants_live_within_the_borders_of_31_december(populated, code: str, year: int, expected: tuple) -> None:
    """Against numbers read from table 07459 by hand."""
    found = populated.execute(
        "select cast(amount as integer), status, method from intermediate.int_indicators__population "
        "where municipality_code = ? and year = ? and breakdown = 'none'",
        [code, year],
    ).fetchall()
    assert found == [expected]


@pytest.mark.parametrize("level", ["size_kostra", "size_bolig_for_velferd"])
def test_every_municipality_whose_inhabitants_are_published_has_a_class_of_size(populated, level: str) -> None:
    """The shipped table lacks three codes that became 0710 in 2017, and 1 January 2023, which is the last that is known of 1507."""
    counted = populated.execute(
        "select year, count(distinct municipality_code), count(*) from intermediate.int_geography__area_member "
        "where area_level = ? group by year",
        [level],
    ).fetchall()
    found = {year: (municipalities, rows) for year, municipalities, rows in counted}
    expected = {2016: 428 - 3, 2017: 426, 2018: 422, 2019: 422, 2023: 356 - 1}
    assert {year: found[year] for year in expected} == {year: (n, n) for year, n in expected.items()}


def test_on_todays_borders_both_sides_of_a_rate_are_of_the_same_parts(models, built, stock) -> None:
    """Trondheim with Klæbu in 2019: both, and where Klæbu told of no dwellings, Trondheim within its own borders."""
    rate = figures(built, "municipality_today", "disposed_dwellings_per_1000")["5001", 2019]
    assert rate[:2] == (stock["5001", 2019] + stock["5030", 2019], 196_159 + 6_076)
    assert rate[4:] == ("estimated", "before_border_change", 2, 2)
    estimate = UNDER_THE_LINE | {"status": "estimated", "method": "before_border_change"}
    rows = [measured("disposed_dwellings", "5001", 2019, 4_000), measured("disposed_dwellings", "5030", 2019, None)]
    rows += [measured("inhabitants", code, 2019, n, **estimate) for code, n in (("5001", 196_159), ("5030", 6_076))]
    without = figures(models.run({**klass(), MEASURE: rows}), "municipality_today", "disposed_dwellings_per_1000", "indicators")
    assert without["5001", 2019][:2] == (4_000, 196_159)
    assert without["5001", 2019][4:] == ("estimated", "before_border_change", 1, 2)


def test_old_counties_and_classes_hold_what_was_theirs(built, stock) -> None:
    county = figures(built, "county")
    assert county["16", 2016][0] == sum(n for (code, year), n in stock.items() if year == 2016 and code[:2] == "16")
    assert ("16", 2018) not in county and county["50", 2018][7] == len([c for c in codes_of(2018) if c[:2] == "50"])
    for level in ("kostra_group", "centrality"):
        rows = figures(built, level)
        assert sum(row[7] for (_, year), row in rows.items() if year == 2024) == 357
        assert sum(row[0] for (_, year), row in rows.items() if year == 2024) == sum(n for (_, y), n in stock.items() if y == 2024)
        assert sum(row[7] for (_, year), row in rows.items() if year == 2019) == 422 - 7, "1850, 5012 and the five that became 1507"
    assert figures(built, "peer_set")["flora", 2012][6:] == (6, 6)
    assert ("flora", 2020) not in figures(built, "peer_set")
    size = figures(built, "size_kostra")
    known = inhabitants() | {("1567", 2018): 2_028}  # Rindal, 5061 the next day
    small = [c for c in codes_of(2018) if known[c, 2018] < 5000]
    assert size["small", 2018][0] == sum(stock[c, 2018] for c in small) and size["small", 2018][7] == len(small)


CODES = [f"{n:04d}" for n in range(101, 109)]
AMOUNTS = st.one_of(st.none(), st.integers(0, 10_000))


@st.composite
def worlds(draw) -> dict[str, tuple]:
    """Eight municipalities: vacant and all dwellings (or nothing told), and the part of the country that each is in."""
    world = {}
    for code in CODES:
        vacant, more = draw(AMOUNTS), draw(st.integers(0, 10_000))
        world[code] = (vacant, None if vacant is None else vacant + more, draw(st.sampled_from("abc")))
    return world


def small_world(models, world: dict[str, tuple], order: list[str]):
    """The figures of a world whose parts are sets of peers, with the rows in a given order."""
    models.con.execute("delete from seeds.peer_set")
    models.con.executemany(
        "insert into seeds.peer_set values (?, ?, ?, ?, 'test')", [(world[code][2], world[code][2], world[code][2], code) for code in order]
    )
    versions = [{"code": c, "name": c, "valid_from": dt.date(2000, 1, 1), "valid_to": None} | delivered() for c in order]
    rows = [measured(m, c, 2020, world[c][i]) for c in order for i, m in enumerate(("vacant_dwellings", "disposed_dwellings"))]
    con = models.run({VERSION: versions, MEASURE: rows})
    return sorted(con.execute("select * exclude (breakdown_key) from indicators.fct_indicator").fetchall(), key=str)


@pytest.fixture(scope="module")
def peers(models):
    """The sets of peers are another's: they are put back."""
    models.con.execute("create temp table own_peers as from seeds.peer_set")
    yield models
    models.con.execute("delete from seeds.peer_set; insert into seeds.peer_set from own_peers; drop table own_peers")


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), order=st.permutations(CODES))
def test_any_partition_sums_to_the_country_in_any_order_of_rows(peers, world, order) -> None:
    found = small_world(peers, world, CODES)
    assert small_world(peers, world, order) == found
    for indicator in ("vacancy_rate", "vacant_dwellings", "disposed_dwellings"):
        parts, whole = (figures(peers.con, level, indicator, "indicators") for level in ("peer_set", "country"))
        country = whole["0", 2020]
        told = [code for code in CODES if world[code][0] is not None]
        assert country[6:] == (len(told), len(CODES)) == (sum(p[6] for p in parts.values()), sum(p[7] for p in parts.values()))
        if not told:
            assert country[:6] == (None, None, None, "..", "missing", "none")
            continue
        over = sum(world[c][1 if indicator == "disposed_dwellings" else 0] for c in told)
        under = sum(world[c][1] for c in told)
        assert country[0] == over == sum(p[0] for p in parts.values() if p[0] is not None)
        if indicator == "vacancy_rate":
            assert country[1] == under == sum(p[1] for p in parts.values() if p[1] is not None)
            rates = [p[2] for p in parts.values() if p[2] is not None]
            assert country[2] is None if under == 0 else min(rates) <= country[2] <= max(rates)
