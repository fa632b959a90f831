"""The two stars, dwellings and households with everything they read, in one dbt run of every municipality and ten years.

Run with ``make bench`` or ``.venv/bin/python benchmarks/bench_stars.py [every]``: each tenth municipality code, or every one with ``1``.
The deliveries are made and taken in once and kept, in ``FJERNLYS_BENCH_HOME`` or the folder for temporary files (some gigabytes; all
municipalities take half an hour on an idle machine). Data tests are left out.

Two figures: seconds of one run as the night runs it, and processor seconds of each model in a second run of one model at a time. Seconds
mean nothing beside other work on the machine, processor seconds little less than alone; the load is told.
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

YEARS, SEED = (2018, 2027), 4
STARS = ("+path:models/marts/dwellings", "+path:models/marts/households")
DEAREST = 10


def main() -> None:
    """Print a report in Markdown."""
    if sys.argv[1:2] == ["make"]:
        return _make(Path(sys.argv[2]), int(sys.argv[3]))
    if sys.argv[1:2] == ["build"]:
        return _build(Path(sys.argv[2]), int(sys.argv[3]))
    every = int(sys.argv[1]) if sys.argv[1:] else 10
    home = Path(os.environ.get("FJERNLYS_BENCH_HOME") or tempfile.gettempdir()) / f"fjernlys_stars_{every}"
    _run("make", home, every)
    print("| | seconds | processor | peak memory | load before |\n|---|---:|---:|---:|---:|")
    _run("build", home, 2)
    _run("build", home, 1)


def _run(step: str, home: Path, number: int) -> None:
    """A process of its own for each step: peak memory is a process's."""
    command = [sys.executable, __file__, step, str(home), str(number)]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}, check=True)


def _settings(home: Path, threads: int = 2) -> Settings:
    places = {"FJERNLYS_HOME": str(home / "home"), "FJERNLYS_KEY_FILE": str(home / "home.key")}
    return load_settings({**places, "FJERNLYS_MEMORY_LIMIT": "6GB", "FJERNLYS_THREADS": str(threads)})


def _make(home: Path, every: int) -> None:
    from orchestration.arrivals.gate import run_gate
    from orchestration.synthetic import synthesize
    from orchestration.synthetic.reference import municipalities

    settings, first, last = _settings(home), dt.date(YEARS[0], 1, 1), dt.date(YEARS[1], 12, 31)
    codes = sorted(code for code, m in municipalities().items() if m.valid_from <= last and m.valid_to > first)[::every]
    synthesize(settings.landing, settings.truth, municipalities=codes, years=YEARS, seed=SEED)
    run_gate(settings)


def _build(home: Path, models_at_once: int) -> None:
    from orchestration.warehouse.dbt_run import build, parse
    from orchestration.warehouse.raw_schema import create_raw_schema, new_warehouse

    settings, load = _settings(home, models_at_once), os.getloadavg()[0]
    file = home / "build" / "warehouse.duckdb"
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    start, used = time.perf_counter(), _processor()
    with new_warehouse(file, settings) as con:
        dates = create_raw_schema(con, settings)
    _line("schema raw", start, used, load)
    parse(settings)
    cost: dict[str, float] = {}
    start, used = time.perf_counter(), _processor()
    before = used

    def hear(name: str, _done: int) -> None:
        nonlocal before
        now = _processor()
        cost[name], before = now - before, now

    results = build(
        settings, file, as_of=dates.as_of, known_at=dates.known_at, build_id="bench", on_node=hear, select=STARS, has_tests=False
    )
    if broken := [result for result in results if result.has_failed]:
        raise SystemExit(f"{broken[0].unique_id}: {broken[0].message}")
    _line(f"dbt, {len(results)} nodes, {models_at_once} at once (bar 60 s, 8 GB)", start, used, load)
    if models_at_once == 1:
        names = [result.unique_id.rpartition(".")[2] for result in results if result.unique_id.startswith("model.")]
        _report(file, {name: cost[name] for name in names})


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _line(what: str, start: float, used: float, load: float) -> None:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    print(f"| {what} | {time.perf_counter() - start:.1f} | {_processor() - used:.1f} | {peak:.2f} GB | {load:.1f} |", flush=True)


def _report(file: Path, cost: dict[str, float]) -> None:
    """What was built, and the dearest models."""
    with duckdb.connect(str(file), read_only=True) as con:
        sizes = con.execute(
            """select (select count(distinct dwelling_key) from dwellings.dim_dwelling),
                (select max(n) from (select count(*) as n from dwellings.fct_dwelling_month where is_disposed group by month_start_date)),
                (select count(*) from dwellings.fct_dwelling_month), (select count(*) from households.fct_tenancy),
                (select count(*) from raw.delivery)"""
        ).fetchone()
    print("\n{} dwellings in all, at most {} at once; {} dwelling-months, {} tenancies, {} deliveries\n".format(*sizes))
    total = sum(cost.values())
    print(f"| the dearest of {len(cost)} models | processor | share of {total:.1f} s (bar a third) |\n|---|---:|---:|")
    for name, seconds in sorted(cost.items(), key=lambda item: -item[1])[:DEAREST]:
        print(f"| {name} | {seconds:.2f} | {seconds / total:.1%} |")


if __name__ == "__main__":
    main()
