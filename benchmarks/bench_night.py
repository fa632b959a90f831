"""The default night on two cores: wall, memory, what is not SQL and why, a second night without news, and the gate against a bare copy.

Run with ``make bench`` or ``.venv/bin/python benchmarks/bench_night.py``; every figure comes from this one run and data home.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMPORTS = ("duckdb", "pandas", "dagster", "dbt.cli.main", "great_expectations")


def main() -> None:
    """Print a report in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = {**os.environ, "FJERNLYS_HOME": str(home / "data"), "FJERNLYS_KEY_FILE": str(home / "key" / "pseudonym.key")}
        first, second = _night(environment), _night(environment)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1 if sys.platform == "darwin" else 1024) / 1024
        copy = _bare_copy(home / "data" / "landing" / "municipal")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment |= {"FJERNLYS_HOME": str(home / "data"), "FJERNLYS_KEY_FILE": str(home / "key" / "pseudonym.key")}
        sampled = json.loads(
            subprocess.run([sys.executable, __file__, "sampled"], env=environment, check=True, capture_output=True, text=True).stdout
        )
    print(f"first night {first:.1f} s wall (bar 60), peak memory of one process {peak:.2f} GB (bar 2)")
    print(f"second night without news {second:.1f} s: {second / first:.2f} of the first\n")
    causes, whole = sampled["causes"], sum(sampled["causes"].values())
    print(f"| cause | seconds | share of {whole:.1f} s |\n|---|---:|---:|")
    for cause, seconds in sorted(causes.items(), key=lambda item: -item[1]):
        print(f"| {cause} | {seconds:.1f} | {seconds / whole:.0%} |")
    print("\n| step | seconds |\n|---|---:|")
    for step, seconds in sampled["steps"].items():
        print(f"| {step} | {seconds:.1f} |")
    print(f"\ngate / bare all-text COPY of the municipal files: {sampled['steps']['arrivals'] / copy:.1f} ({copy:.2f} s)\n")
    print("| import, alone in a new process | seconds |\n|---|---:|")
    for name in IMPORTS:
        print(f"| {name} | {_import_seconds(name):.2f} |")
    print(f"| dbt reading the project, nothing kept from before (import included) | {_parse_seconds():.2f} |")


def _night(environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run([str(ROOT / ".venv/bin/fjernlys"), "nightly", "--demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _import_seconds(name: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {name}"], check=True)
    return time.perf_counter() - start


def _parse_seconds() -> float:
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        places = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", folder, "--log-path", folder]
        subprocess.run([str(ROOT / ".venv/bin/dbt"), "--quiet", "parse", "--no-partial-parse", *places], check=True)
    return time.perf_counter() - start


def _bare_copy(municipal: Path) -> float:
    import duckdb

    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 2}) as con:
        for name in ("dwellings", "tenancies", "household_members", "household_groups", "applications"):
            source = f"read_csv('{municipal}/*/*/{name}.csv', delim=';', header=true, all_varchar=true, ignore_errors=true)"
            con.execute(f"copy (from {source}) to '{folder}/{name}.parquet' (format parquet, compression zstd)")
    return time.perf_counter() - start


def _sampled_night() -> None:
    from sampler import Sampler

    sampler = Sampler()
    sampler.start()
    from orchestration.headless import run_night
    from orchestration.resources.night import SilentReporter
    from orchestration.settings import load_settings

    night = run_night(load_settings(), SilentReporter(), demo=True)
    causes = sampler.stop()
    if night.problem:
        sys.exit(night.problem)
    print(json.dumps({"causes": causes, "steps": night.seconds}))


if __name__ == "__main__":
    _sampled_night() if sys.argv[1:] == ["sampled"] else main()
