"""From measures to indicators of every area: eighty indicators, every municipality, fifteen years, breakdowns and all aggregates.

Run with ``make bench`` or ``.venv/bin/python benchmarks/bench_indicators.py``. The measures and the catalogue are made up; municipalities,
their changes, inhabitants and groups are the real ones. dbt builds the models from the list of measures to ``fct_indicator``, without data
tests, in a process of its own each time: fifteen years as the night runs it, then nineteen and twenty years in turn, five times each, one
model at a time, to tell what the twentieth year costs. Processor seconds of the cheapest run of each are compared, since seconds mean
nothing beside other work on the machine; the load is told.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT_ROOT, Settings, load_settings

LAST_YEAR, TURNS = 2024, 5
INDICATORS, MEASURES = 80, 60
BREAKDOWNS = ("none", "none|need_horizon|dwelling_category", "none|target_group_form_2020|target_group_r0_2019", "none|tenure_form")
MODELS = (
    *("int_geography__successor", "int_geography__conversion", "dim_municipality", "int_geography__inhabitants"),
    *("int_indicators__size_class", "int_geography__peer_renumbered"),
    *("int_geography__area_member", "dim_measure", "dim_indicator", "dim_breakdown", "dim_area"),
    *("int_indicators__area_year", "int_indicators__sufficient"),
    *("int_indicators__measure", "int_indicators__cell", "int_indicators__series", "int_indicators__part", "fct_indicator"),
)


def main() -> None:
    """Print a report in Markdown."""
    if sys.argv[1:2] == ["build"]:
        return _build(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    with tempfile.TemporaryDirectory(prefix="fjernlys_indicators_") as folder:
        print("| years | models at once | seconds | processor | peak memory | load before |\n|---|---|---:|---:|---:|---:|")
        _run(Path(folder), 15, 2)
        cost = {years: [] for years in (19, 20)}
        for _ in range(TURNS):
            for years in cost:
                cost[years].append(_run(Path(folder), years, 1))
    least = {years: min(seconds) for years, seconds in cost.items()}
    print(f"\nThe twentieth year: {least[20] - least[19]:+.2f} s of processor, {least[20] / least[19] - 1:+.1%} of nineteen years.")


def _run(folder: Path, years: int, models_at_once: int) -> float:
    """A process of its own: peak memory is a process's. Returns its seconds of processor."""
    command = [sys.executable, __file__, "build", str(folder), str(years), str(models_at_once)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    line = done.stdout.splitlines()[0]
    print(done.stdout, end="", flush=True)
    return float(line.split("|")[4])


def _build(folder: Path, years: int, models_at_once: int) -> None:
    from orchestration.warehouse.dbt_run import build, parse
    from orchestration.warehouse.raw_schema import new_warehouse

    settings, load = _settings(folder, models_at_once), os.getloadavg()[0]
    parse(settings)
    file = folder / "warehouse.duckdb"
    file.unlink(missing_ok=True)
    with new_warehouse(file, settings) as con:
        _inputs(con, LAST_YEAR - years + 1)
    cost: dict[str, float] = {}
    start = time.perf_counter()
    used = before = _processor()

    def hear(name: str, _done: int) -> None:
        nonlocal before
        now = _processor()
        cost[name], before = now - before, now

    day = dt.date(LAST_YEAR, 12, 31)
    results = build(settings, file, as_of=day, known_at=day, build_id="bench", on_node=hear, select=MODELS, has_tests=False)
    if broken := [result for result in results if result.has_failed]:
        raise SystemExit(f"{broken[0].unique_id}: {broken[0].message}")
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    seconds, processor = time.perf_counter() - start, _processor() - used
    print(f"| {years} | {models_at_once} | {seconds:.1f} | {processor:.2f} | {peak:.2f} GB | {load:.1f} |")
    if years == 15:
        with duckdb.connect(str(file), read_only=True) as con:
            sizes = con.execute(
                """select (select count(*) from intermediate.int_indicators__measure),
                    (select count(*) from intermediate.int_indicators__series), (select count(*) from intermediate.int_indicators__part),
                    count(*), count(*) filter (area_level = 'municipality')
                from indicators.fct_indicator"""
            ).fetchone()
        print("\n{:,} measures, {} series, {:,} parts, {:,} figures, {:,} of them of municipalities\n".format(*sizes))
        for name, spent in sorted(cost.items(), key=lambda item: -item[1])[:6]:
            print(f"- {name} {spent:.1f}")
        print()


def _settings(folder: Path, threads: int) -> Settings:
    places = {"FJERNLYS_HOME": str(folder / "home"), "FJERNLYS_KEY_FILE": str(folder / "home.key")}
    return load_settings({**places, "FJERNLYS_MEMORY_LIMIT": "4GB", "FJERNLYS_THREADS": str(threads)})


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _inputs(con: duckdb.DuckDBPyConnection, first_year: int) -> None:
    """What the models read: the seeds, a made-up catalogue, the real municipalities, and a figure for each of them."""
    for schema in ("seeds", "staging", "intermediate", "shared"):
        con.execute(f"create schema {schema}")
    for path in sorted((PROJECT_ROOT / "seeds").rglob("*.csv")):
        con.execute(f"create table seeds.{path.stem} as from read_csv('{path}', header = true, all_varchar = true)")
    _retype(con)
    _catalogue(con)
    regions = PROJECT_ROOT / "reference" / "regions"
    known = f"date '{LAST_YEAR}-01-01' as period_end, timestamp '{LAST_YEAR}-01-01' as received_at, 'k' as delivery_id"
    con.execute(
        f"""create table staging.stg_klass__municipality_version as
        select code, name, cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to, {known}
        from read_csv('{regions}/klass131_municipality_versions.csv', all_varchar = true)"""
    )
    con.execute(
        f"""create table staging.stg_klass__municipality_change as
        select distinct cast(change_date as date) as change_date, from_code, to_code, {known}
        from read_csv('{regions}/klass131_changes.csv', all_varchar = true)"""
    )
    con.execute(
        f"""create temp table existing as
        select code as municipality_code, year
        from staging.stg_klass__municipality_version
        cross join unnest(range({first_year}, {LAST_YEAR + 1})) as y (year)
        where code <> '9999' and valid_from <= make_date(year, 12, 31)
            and coalesce(valid_to, date '9999-12-31') > make_date(year, 12, 31)"""
    )
    con.execute(
        """create table shared.fct_population as
        select municipality_code, cast(year + 1 as integer) as year, 'all' as age_group, hash(municipality_code) % 60000 + 500 as persons,
            'official' as status, 'none' as method
        from existing"""
    )
    con.execute(
        """create table intermediate.int_indicators__covered as
        select 'own_register' as source, *, null as delivery_id from existing"""
    )
    con.execute(
        """create table intermediate.int_deliveries__covered_entity as
        select 'municipal' as source, 'dwelling' as entity, true as is_whole_year, * from existing"""
    )
    # One code in ten has no row, so that zeros have to be filled in; a tenth of the denominators are missing.
    con.execute(
        """create table intermediate.int_indicators__measure_told as
        with cell as (
            select measure_id, unnest(string_split(breakdowns, '|')) as breakdown from seeds.measure
        ),
        coded as (
            select cell.measure_id, cell.breakdown, codes.breakdown_code, hash(cell.measure_id, codes.breakdown_code) as h
            from cell inner join (
                select breakdown, breakdown_code from seeds.breakdown
                union all
                select 'target_group_' || scheme, code from seeds.target_group_scheme
            ) as codes using (breakdown)
        )
        select municipality_code, cast(year as integer) as year, measure_id, breakdown, breakdown_code, 'own_register' as vintage,
            cast(hash(h, municipality_code, year) % 500 as decimal(18, 2)) as amount, 'observed' as status, 'counted' as method
        from existing cross join coded
        where hash(h, year, municipality_code) % 10 > 0 or breakdown = 'none'"""
    )
    con.execute(
        """create table intermediate.int_indicators__direct_figure (area_level varchar, area_code varchar, year integer,
            indicator_id varchar, breakdown varchar, breakdown_code varchar, vintage varchar, numerator decimal(18, 2),
            denominator decimal(18, 2), value decimal(18, 6), symbol varchar, status varchar, method varchar,
            municipality_count integer)"""
    )


def _retype(con: duckdb.DuckDBPyConnection) -> None:
    """The types that the models take from their seeds."""
    typed = {
        "county": {"valid_from": "date", "valid_to": "date"},
        "size_class": {"lower": "integer", "upper": "integer"},
        "split_weight": {"change_date": "date", "weight": "decimal(9, 8)"},
        "figure_status": {"status_rank": "tinyint"},
        "figure_method": {"method_rank": "tinyint"},
        "area_group": {"is_area_complete": "boolean"},
        "target_group_scheme": {"valid_from": "date", "valid_to": "date"},
    }
    for table, columns in typed.items():
        for column, kind in columns.items():
            con.execute(f"alter table seeds.{table} alter {column} type {kind}")


def _catalogue(con: duckdb.DuckDBPyConnection) -> None:
    """Sixty measures and eighty indicators, half of them ratios."""
    con.execute("delete from seeds.measure; delete from seeds.indicator; delete from seeds.measure_need")
    for n in range(MEASURES):
        con.execute(
            "insert into seeds.measure (measure_id, source, breakdowns) values (?, 'own_register', ?)",
            [f"measure_{n}", BREAKDOWNS[n % len(BREAKDOWNS)]],
        )
    for n in range(INDICATORS):
        over, is_ratio = n % MEASURES, n % 2 == 1
        under = f"measure_{(over + len(BREAKDOWNS)) % MEASURES}" if is_ratio else None
        con.execute(
            """insert into seeds.indicator (indicator_id, version, numerator_measure, denominator_measure, denominator_breakdown, unit,
                multiplier, permitted_breakdowns) values (?, '1', ?, ?, ?, ?, '1', ?)""",
            [
                *(f"indicator_{n}", f"measure_{over}", under, "same" if is_ratio else None, "share" if is_ratio else "count"),
                BREAKDOWNS[over % len(BREAKDOWNS)],
            ],
        )
    con.execute("insert into seeds.measure_need select measure_id, '%', 'municipal', 'dwelling' from seeds.measure")


if __name__ == "__main__":
    main()
