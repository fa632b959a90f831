"""The gate on one large file of care services against DuckDB's own all-text copy of the same file, in one run.

Run with ``make bench`` or ``.venv/bin/python benchmarks/bench_gate.py [rows]`` (default ten million, about 1 GB). The gate is the whole of
it: byte scan, row rules, pseudonyms, Great Expectations with its import, quarantine, Parquet and receipt, in a new process.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.manifest import Manifest, file_entry, write_manifest
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.synthetic.national_id import IdRegister

ROWS = 10_000_000
ROWS_A_PERSON = 12
MUNICIPALITY, FIRST_DAY, LAST_DAY = "5001", dt.date(2025, 1, 1), dt.date(2025, 12, 31)
_CODES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]


def main() -> None:
    """Print a report in Markdown."""
    if sys.argv[1:2] == ["gate"]:
        return _run_gate(Path(sys.argv[2]))
    if sys.argv[1:2] == ["deliver"]:
        return _deliver_services(Path(sys.argv[2]), int(sys.argv[3]))
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _deliver_classification(home)
        _timed(["gate", str(home)])
        _timed(["deliver", str(home), str(rows)])  # a process begins with the peak memory of the one that started it
        path = home / "data" / "landing" / "iplos" / MUNICIPALITY / "services" / "services.csv"
        copied, copy_peak = _timed(["copy", str(path)])
        passed, peak = _timed(["gate", str(home)])
        size = path.stat().st_size
        accepted = duckdb.sql(f"select count(*) from '{home}/data/raw/iplos/*/service.parquet'").fetchone()[0]
    print(f"{rows} rows, {size / 1e9:.2f} GB, {accepted} accepted\n")
    print("| | seconds | peak memory |\n|---|---:|---:|")
    print(f"| all-text COPY to zstd Parquet | {copied:.1f} | {copy_peak:.2f} GB |")
    print(f"| the gate | {passed:.1f} | {peak:.2f} GB (bar 2) |\n\ngate / COPY: {passed / copied:.2f} (bar 3)")


def _settings(home: Path) -> Settings:
    return Settings(home=home / "data", key_file=home / "key" / "pseudonym.key")


def _run_gate(home: Path) -> None:
    from orchestration.arrivals.gate import run_gate

    result = run_gate(_settings(home))
    if result.refused or not result.accepted:
        raise SystemExit(f"nothing accepted: {[r.refusal_reason for r in result.refused]} {result.waiting}")


def _timed(arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in GB of one step in a process of its own."""
    if arguments[0] == "copy":
        code = f"""import duckdb
connection = duckdb.connect(config={{"threads": 2}})
rows = "from read_csv('{arguments[1]}', delim=';', header=true, all_varchar=true)"
connection.execute(f"copy ({{rows}}) to '{arguments[1]}.parquet' (compression zstd)")"""
        command = [sys.executable, "-c", code]
    else:
        command = [sys.executable, __file__, *arguments]
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)})
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments[0]} failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, usage.ru_maxrss * unit / 1e9


def _deliver(home: Path, source: str, supplier: str, files: list[Path], end: dt.date) -> None:
    version = load_contracts()[source].version
    received = dt.datetime.combine(end + dt.timedelta(days=5), dt.time(8))
    write_manifest(files[0].parent, Manifest(source, version, supplier, FIRST_DAY, end, received, tuple(file_entry(f) for f in files)))


def _deliver_classification(home: Path) -> None:
    folder = home / "data" / "landing" / "klass" / "ssb" / "classification"
    folder.mkdir(parents=True)
    files = []
    for name in ("klass131_municipality_versions.csv", "klass131_changes.csv"):
        files.append(folder / name)
        files[-1].write_bytes((PROJECT_ROOT / "reference" / "regions" / name).read_bytes())
    _deliver(home, "klass", "ssb", files, LAST_DAY)


def _deliver_services(home: Path, rows: int) -> None:
    """Services of ``rows / 12`` persons, written by DuckDB in the order of the contract's fields."""
    folder = home / "data" / "landing" / "iplos" / MUNICIPALITY / "services"
    folder.mkdir(parents=True)
    path = folder / "services.csv"
    persons = rows // ROWS_A_PERSON + 1
    number = np.arange(persons)
    birth = number % 30_000 - 20_000
    ids = IdRegister().issue(birth, number % 2)
    person = pa.table({"person": number, "id": ids, "birth_year": 1970 + birth // 366, "sex": np.where(number % 2, "f", "m")})
    scores = [f.name for f in load_contracts()["iplos"].file("service").fields if f.name.startswith("need_")]
    columns = ", ".join(f"[1, 2, 3, 4, 5, 9][1 + (hash(n, {i}) % 6)::integer] as {name}" for i, name in enumerate(scores))
    with duckdb.connect() as connection:
        connection.register("persons", person)
        connection.execute("create table person as from persons")
        connection.execute(
            f"""copy (
                select '{MUNICIPALITY}' as municipality_code, 'T' || n as service_id, id as person_national_id, birth_year, sex,
                    {_CODES}[1 + (hash(n, 101) % {len(_CODES)})::integer] as service_type,
                    date '2015-01-01' + (hash(n, 102) % 3900)::integer as start_date,
                    case when hash(n, 103) % 4 = 0 then date '2025-12-01' + (hash(n, 104) % 300)::integer end as end_date,
                    (hash(n, 105) % 3500 / 100)::decimal(5, 2) as hours_per_week,
                    case when hash(n, 106) % 9 = 0 then 'round_clock' end as staffing, {columns}
                from range({rows}) as services(n) join person on n // {ROWS_A_PERSON} = person order by n
            ) to '{path}' (delim ';', header)"""
        )
    _deliver(home, "iplos", MUNICIPALITY, [path], LAST_DAY)


if __name__ == "__main__":
    main()
