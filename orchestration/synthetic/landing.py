"""Writing deliveries: folders with files and manifest, and the list of planted defects with file and line.

Belongs here: what of the state stands in which delivery, and the bytes. Does not belong here: drawing the state.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from orchestration.arrivals.manifest import DeliveredFile, Manifest, file_entry, write_manifest

_OPTIONS = pyarrow.csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none", batch_size=16_384)
DEFECT_COLUMNS = ("defect_kind", "rule_id", "source", "supplier", "delivery", "period_end", "file", "entity", "line_number", "local_id")


@dataclass(frozen=True)
class Period:
    """Days a delivery covers and when it was received."""

    start: dt.date
    end: dt.date
    received: dt.datetime


@dataclass
class Defects:
    """The list of planted defects, written as it grows."""

    path: Path
    counts: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.path.write_text(";".join(DEFECT_COLUMNS) + "\n", encoding="utf-8")

    def add(self, rows: list[tuple]) -> None:
        """Append rows in the order of ``DEFECT_COLUMNS``."""
        self.counts.update(row[0] for row in rows)
        with self.path.open("a", encoding="utf-8", newline="") as handle:
            handle.writelines(";".join("" if value is None else str(value) for value in row) + "\n" for row in rows)


@dataclass
class Landing:
    """The landing zone being filled, with counts."""

    root: Path
    deliveries: int = 0
    files: int = 0
    rows: int = 0

    def deliver(
        self,
        source: str,
        supplier: str,
        period: Period,
        write: dict[str, Callable[[Path], int]],
        number: int = 1,
        cut: str | None = None,
        extract: str | None = None,
    ) -> str:
        """Write one delivery; returns its folder below landing. ``cut`` names a file that loses its end afterwards.

        ``extract`` names the mapping that the files follow, which is one of them, or what was fetched.
        """
        name = f"{source}/{supplier}/{period.end.isoformat()}_{number}"
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        entries: list[DeliveredFile] = []
        for file_name, writer in write.items():
            path = folder / file_name
            self.rows += writer(path)
            entries.append(file_entry(path))
            if file_name == cut:
                with path.open("r+b") as handle:
                    handle.truncate(entries[-1].size * 3 // 5)
        self.deliveries += 1
        self.files += len(entries)
        manifest = Manifest(source, 1, supplier, period.start, period.end, period.received, tuple(entries), extract=extract)
        write_manifest(folder, manifest)
        return name


def write_csv(path: Path, table: pa.Table) -> int:
    """Write a table as the contracts want it: ``;``, no quotes, empty for null, a header line; returns the rows."""
    with path.open("wb") as handle:
        handle.write((";".join(table.column_names) + "\n").encode())
        pyarrow.csv.write_csv(table, handle, _OPTIONS)
    return table.num_rows
