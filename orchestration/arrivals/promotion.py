"""From staged rows to files in raw and quarantine, one delivery at a time and all at once.

Belongs here: writing Parquet and moving finished folders. Does not belong here: what is accepted (``gate``).

A folder is finished aside, in the work folder, and then renamed; the folder in quarantine goes first, so that a delivery in raw
always has its quarantined rows. A run that is killed leaves nothing that the next run would take for finished.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.arrivals.contracts import FileContract
from orchestration.arrivals.ledger import Receipt
from orchestration.kostra import findings
from orchestration.settings import Settings

_ROW_GROUP = 122_880
_LARGE = 1_000_000  # rows of one entity in one delivery
_READ_ROWS = 65_536
_QUARANTINED_SCHEMA = pa.schema(
    [
        (name, pa.int64() if name == "line_number" else pa.string())
        for name in ("delivery_id", "source", "entity", "file_name", "line_number", "rule_id", "field_name", "reason", "row_key")
    ]
)
QUARANTINED = "rows.parquet"


class _DeliveryWriter:
    """Writes the rows of one delivery in row groups of one size, whatever the size of the pieces that arrive."""

    def __init__(self, path: Path, schema: pa.Schema):
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def write(self, piece: pa.Table) -> None:
        self._waiting.append(piece)
        self._rows += piece.num_rows
        while self._rows >= _ROW_GROUP:
            self._flush(_ROW_GROUP)

    def _flush(self, count: int) -> None:
        table = pa.concat_tables(self._waiting)
        self._writer.write_table(table.slice(0, count).combine_chunks(), row_group_size=_ROW_GROUP)
        rest = table.slice(count)
        self._waiting, self._rows = ([rest], rest.num_rows) if rest.num_rows else ([], 0)

    def close(self) -> None:
        if self._waiting:
            self._flush(self._rows)
        self._writer.close()


def _runs(column: pa.ChunkedArray) -> Iterator[tuple[int, int, int]]:
    """Stretches of equal values in a sorted column: value, first row, number of rows."""
    encoded = pc.run_end_encode(column.combine_chunks())
    first = 0
    for value, end in zip(encoded.values.to_pylist(), encoded.run_ends.to_pylist(), strict=True):
        yield value, first, end - first
        first = end


def write_rows(connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, paths: dict[int, Path]) -> None:
    """Write rows sorted by their first column (the number of the delivery) to one file for each, a file without rows too."""
    writer: _DeliveryWriter | None = None
    current = None
    for batch in connection.execute(query).to_arrow_reader(_READ_ROWS):
        table = pa.Table.from_batches([batch])
        for number, first, count in _runs(table.column(0)):
            if writer is None or number != current:
                if writer:
                    writer.close()
                current, writer = number, _DeliveryWriter(paths.pop(number), schema)
            writer.write(table.slice(first, count).drop_columns(table.column_names[0]).cast(schema))
    if writer:
        writer.close()
    for path in paths.values():
        _DeliveryWriter(path, schema).close()


def write_staged(connection: duckdb.DuckDBPyConnection, contract: FileContract, folders: dict[str, Path]) -> None:
    """``<entity>.parquet`` of each delivery in its folder, sorted by file and line (a line of a StatBank file has a row for each year).

    DuckDB writes a large delivery on all cores; of many small ones each would cost it a query over the whole batch.
    """
    schema = _raw_schema(connection, contract)
    own = [f'staged."{name}"' for name in schema.names if name != "delivery_id"]
    order = "".join(f", staged.{name}" for name in contract.grain if name == "year")
    _register(connection, folders)
    rows = f"FROM staged_{contract.entity} AS staged JOIN file USING (file_no) JOIN folder USING (delivery_id)"
    paths = {i: folder / f"{contract.entity}.parquet" for i, folder in enumerate(folders.values())}
    counts = dict(connection.execute(f"SELECT folder_no, count(*) {rows} GROUP BY folder_no").fetchall())
    names = list(folders)
    for number in [number for number, count in counts.items() if count >= _LARGE]:
        sorted_rows = f"SELECT {', '.join(own)} {rows} WHERE folder_no = {number} ORDER BY file_no, line_number{order}"
        # The name of the delivery is put on after sorting: it would be most of what is sorted.
        query = f"SELECT '{names[number]}' AS delivery_id, * FROM ({sorted_rows})"
        connection.execute(f"COPY ({query}) TO '{paths.pop(number)}' (COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})")
    if paths:
        wanted = f"folder_no IN ({', '.join(map(str, paths))})"
        query = (
            f"SELECT folder_no, folder.delivery_id, {', '.join(own)} {rows} WHERE {wanted} ORDER BY folder_no, file_no, line_number{order}"
        )
        write_rows(connection, query, schema, paths)


def write_quarantined(connection: duckdb.DuckDBPyConnection, folders: dict[str, tuple[str, Path]]) -> None:
    """``rows.parquet`` of each delivery (its name in quarantine, its folder): rule, line, field, reason and hash of the key."""
    _register(connection, {delivery_id: folder for delivery_id, (_, folder) in folders.items()}, [name for name, _ in folders.values()])
    query = """SELECT folder_no, folder.name AS delivery_id, source, entity, file_name, line_number, rule_id, field_name, reason,
                      row_key
               FROM quarantined JOIN file USING (file_no) JOIN folder USING (delivery_id)
                    LEFT JOIN quarantined_key USING (file_no, line_number)
               ORDER BY folder_no, file_no, line_number, rule_id, field_name, reason"""
    write_rows(connection, query, _QUARANTINED_SCHEMA, {i: folder / QUARANTINED for i, (_, folder) in enumerate(folders.values())})


def write_findings(connection: duckdb.DuckDBPyConnection, folders: dict[str, tuple[str, Path]]) -> None:
    """``controls.parquet`` of each delivery (its name in quarantine, its folder): breaches of controls that are only reported."""
    _register(connection, {delivery_id: folder for delivery_id, (_, folder) in folders.items()}, [name for name, _ in folders.values()])
    paths = {i: folder / findings.FINDINGS for i, (_, folder) in enumerate(folders.values())}
    write_rows(connection, findings.FINDINGS_QUERY, findings.SCHEMA, paths)


def _register(connection: duckdb.DuckDBPyConnection, folders: dict[str, Path], names: list[str] | None = None) -> None:
    columns = {"delivery_id": list(folders), "folder_no": range(len(folders)), "name": names or list(folders)}
    types = (pa.string(), pa.int32(), pa.string())
    connection.register("folder", pa.table({n: pa.array(v, t) for (n, v), t in zip(columns.items(), types, strict=True)}))


def _raw_schema(connection: duckdb.DuckDBPyConnection, contract: FileContract) -> pa.Schema:
    columns = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in contract.raw_columns())
    return connection.execute(f"SELECT {columns}").to_arrow_table().schema


def sha256_of(path: Path) -> str:
    """Hash of a finished file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def promote(settings: Settings, receipt: Receipt, work: Path, raw_files: Iterable[Path], quarantined: list[Path]) -> None:
    """Move one accepted delivery into quarantine (its rows that were not, and what is only reported) and raw, in that order."""
    if quarantined:
        _move(work / "aside", settings.quarantine / receipt.source / receipt.delivery_id, quarantined, None)
    _move(work / "aside", settings.raw / receipt.source / receipt.delivery_id, raw_files, receipt)


def refuse(settings: Settings, receipt: Receipt, work: Path, quarantined: Iterable[Path] = ()) -> None:
    """Keep the receipt of a refused delivery."""
    _move(work / "aside", settings.quarantine / receipt.source / receipt.delivery_id, quarantined, receipt)


def _move(aside: Path, target: Path, files: Iterable[Path], receipt: Receipt | None) -> None:
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for file in files:
        file.rename(aside / file.name)
    if receipt:
        receipt.write(aside)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():  # left by a run that was killed between quarantine and raw
        shutil.rmtree(target)
    aside.rename(target)
