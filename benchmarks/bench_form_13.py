"""Form 13 after a finished night: one municipality by the command line, and all 357.

Run with ``make bench`` or ``.venv/bin/python benchmarks/bench_form_13.py``. A night of Bodø's synthetic deliveries is made first. For all
municipalities the release is then filled with Bodø's rows under every code that was valid in the year, so that each form is as large as
Bodø's, the median municipality's many times over. Bars: 5 s for one, 60 s for all on two cores.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from orchestration.form_13.files import FORMATS, forms_asked_for, write_forms
from orchestration.settings import PROJECT_ROOT, Settings, load_settings

CODE, YEARS = "1804", (2023, 2025)
# What forms are made of, by municipality
TABLES = (
    *(
        "fct_form_line",
        "fct_form_line_member",
        "fct_form_sent",
        "fct_form_control",
        "fct_form_plausibility",
        "fct_imputed_group",
        "fct_coverage",
    ),
    *("fct_dwelling_event", "fct_household_move"),
)


def main() -> None:
    """Print a report in Markdown."""
    with tempfile.TemporaryDirectory(prefix="fjernlys_forms_") as folder:
        home, out = Path(folder) / "home", Path(folder) / "out"
        environment = {**os.environ, "FJERNLYS_HOME": str(home), "FJERNLYS_KEY_FILE": f"{home}.key"}
        span = f"{YEARS[0]}-{YEARS[1]}"
        _run(environment, "synthesize", "--municipalities", CODE, "--years", span, "--seed", "1")
        _run(environment, "nightly")
        least = min(_run(environment, "query", "select 1") for _ in range(3))
        one = min(_run(environment, "skjema13", "--municipality", CODE, "--out", str(out)) for _ in range(3))
        settings = load_settings(environment)
        municipalities, rows = _fill(settings)
        start = time.perf_counter()
        forms = forms_asked_for(settings, None, YEARS[1])
        read = time.perf_counter() - start
        made = sum(len(paths) for _, paths in write_forms(settings, forms, out / "all", FORMATS))
        whole = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * unit / 1e9
    all_of = f"{municipalities} municipalities, {made} files"
    print("| forms | seconds | bar | of it reading | against |\n|---|---:|---:|---:|---|")
    print(f"| one municipality, a new process | {one:.1f} | 5 | | {one / least:.1f} times `fjernlys query 'select 1'` ({least:.1f} s) |")
    print(f"| {all_of} | {whole:.1f} | 60 | {read:.1f} | {whole / municipalities / one:.2f} of one, each |")
    print(f"\n{rows:,} rows behind the lines; peak memory of one process {peak:.2f} GB; load {os.getloadavg()[0]:.1f}")


def _run(environment: dict[str, str], *arguments: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "orchestration.cli", *arguments]
    subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def _fill(settings: Settings) -> tuple[int, int]:
    """The one municipality's rows under the code of every other of that year."""
    with duckdb.connect(str((settings.releases / "current").resolve() / "analyst.duckdb")) as con:
        con.execute(
            f"""create temp table other as select distinct municipality_code as code, municipality_name as name from dim_municipality
            where valid_from <= '{YEARS[1]}-12-31' and coalesce(valid_to, '9999-12-31') > '{YEARS[1]}-12-31'
                and municipality_code <> '{CODE}'"""
        )
        for table in TABLES:
            names = {row[0] for row in con.execute(f"describe {table}").fetchall()}
            named = ", other.name as municipality_name" if "municipality_name" in names else ""
            con.execute(f"create temp table more as select * from {table} where municipality_code = '{CODE}'")
            con.execute(f"create or replace table {table} as from {table}")  # without the primary key, since keys come again
            con.execute(f"insert into {table} select more.* replace (other.code as municipality_code{named}) from more, other")
            con.execute("drop table more")
        count = con.execute(f"select count(distinct municipality_code) from fct_form_line where year = {YEARS[1]}").fetchone()[0]
        return count, con.execute("select count(*) from fct_form_line_member").fetchone()[0]


if __name__ == "__main__":
    main()
