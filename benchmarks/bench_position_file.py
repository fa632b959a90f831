"""A KOSTRA position file of 338 characters to typed Parquet, without and with the controls, against a bare copy of its lines, in one run.

Run with ``make bench`` or ``.venv/bin/python benchmarks/bench_position_file.py [records]``. Each step reads the file from the disk: fields
are cut, typed and held against the layout, ids become pseudonyms, Parquet is written. Great Expectations is left out; it looks at counts.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

from orchestration.arrivals import promotion, staging
from orchestration.arrivals.checks import check_files
from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.manifest import Manifest, file_entry
from orchestration.kostra.evaluate import Controls
from orchestration.settings import Settings
from orchestration.synthetic.national_id import IdRegister
from orchestration.synthetic.position_file import Records, layout

RECORDS, YEAR = 300_000, 2025
_VALUES = {"VKLO": 5, "TRYGDESIT": 12, "ARBSIT": 7, "STMND_1": 1, "BIDRAG": 12_000, "LAAN": 0, "BIDRAG_JAN": 12_000, "BOSIT": 2}
_ANSWERS = {name: 2 for name in ("BU18", "GITT_OKONOMIRAD", "FAAT_INDIVIDUELL_PLAN", "VILKARSOSLOV", "VILKARSAMEKT")}


def main() -> None:
    """Print a report in Markdown."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    contract = load_contracts()["kostra_11f"]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(home=home / "data", key_file=home / "key" / "pseudonym.key")
        path = home / f"11F_1804_{YEAR}.dat"
        path.write_bytes(_records(count))
        entry = file_entry(path)
        manifest = Manifest("kostra_11f", 1, "1804", dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31), dt.datetime(YEAR + 1, 1, 20), (entry,))
        files = check_files(manifest, contract, home)
        plain, steps = staging.controls_for, {}
        steps["one column of lines to Parquet, nothing cut"] = _timed(lambda: _copy(path))
        staging.controls_for = lambda *_: Controls()
        steps["typed Parquet"] = _timed(lambda: _take_in(settings, contract, manifest, files, home / "without"))
        staging.controls_for = plain
        steps["typed Parquet, all controls of 11F"] = _timed(lambda: _take_in(settings, contract, manifest, files, home / "with"))
    typed = steps["typed Parquet"][1]
    print(f"{count} records of 338 characters\n")
    print("| | seconds | records a second | seconds of processor | of those of typed Parquet |\n|---|---:|---:|---:|---:|")
    for name, (seconds, processor) in steps.items():
        print(f"| {name} | {seconds:.1f} | {count / seconds:,.0f} | {processor:.1f} | {processor / typed:.2f} |")
    print("\nbar: 40 000 records a second to typed Parquet on two cores")


def _records(count: int) -> bytes:
    positions = layout(YEAR)
    records = Records(positions, count)
    rng = np.random.default_rng(11)
    female, born = rng.random(count) < 0.5, rng.integers(0, 11_000, count)
    texts = born.astype("datetime64[D]").astype(str)
    records.put("KOMMUNE_NR", "1804")
    records.put("VERSION", f"{YEAR % 100}")
    records.put("FODSELSDATO", np.array([f"{d[8:]}{d[5:7]}{d[:4]}" for d in texts.tolist()]))
    records.put("PERSON_JOURNALNR", np.arange(1, count + 1))
    records.put("PERSON_FODSELSNR", IdRegister().issue(born, female))
    records.put("KJONN", female.astype(np.int64) + 1)
    records.put("EKTSTAT", 1)
    records.put("SAKSBEHANDLER", "SB1", fill=" ")
    for name, value in (_VALUES | _ANSWERS).items():
        records.put(name, value)
    return bytes(records)


def _copy(path: Path) -> None:
    rows = f"from read_csv('{path}', delim='\\0', header=false, columns={{'line': 'VARCHAR'}}, quote='', escape='')"
    duckdb.connect(config={"threads": 2}).execute(f"copy ({rows}) to '{path}.parquet' (compression zstd)")


def _take_in(settings: Settings, contract, manifest: Manifest, files: list, folder: Path) -> None:
    folder.mkdir()
    with staging.open_work(settings, folder) as connection:
        numbered = [staging.BatchFile(i, manifest, file) for i, file in enumerate(files)]
        batch = staging.Batch(connection, numbered, contract.files, lambda: b"k" * 32, folder)
        batch.stage()
        [counts] = batch.counts()
        if counts["accepted_count"] != counts["row_count"]:
            raise SystemExit(f"not all accepted: {batch.most_broken(manifest.delivery_id)}")
        promotion.write_staged(connection, contract.files[0], {manifest.delivery_id: folder})


def _timed(step: Callable[[], None]) -> tuple[float, float]:
    """Seconds on the wall and of the processor: the latter say the same on a busy machine."""
    wall, processor = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
