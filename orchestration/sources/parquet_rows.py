"""Parquet: rows as lines, numbered from 1, a few thousand in memory at a time.

Belongs here: the text of each column type and limits on what a file unpacks to. Does not belong here: what a cell may hold.
"""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.sources.records import BROKEN, RecordProblem, Records, Row, cell_text, check_columns

MAX_GROUP = 1024**3  # bytes of a row group, unpacked
MAX_ROWS = 100_000_000
_THRIFT = 64 * 1024**2
_BATCH = 5_000
_UNREADABLE = (pa.ArrowException, OSError, ValueError, OverflowError, decimal.DecimalException)


def read(path: Path) -> Records:
    """All rows; the fields of a nested column are columns with dots, a list is one cell with ``|`` between its values."""
    with path.open("rb") as handle:
        if handle.read(4) == b"PARE":
            raise RecordProblem("F025", None, "is encrypted; send it without encryption")
    with _open(path) as file:
        info = file.metadata
        groups = range(info.num_row_groups)
        if info.num_rows > MAX_ROWS or any(info.row_group(i).total_byte_size > MAX_GROUP for i in groups):
            raise RecordProblem("F025", None, f"has more than {MAX_ROWS} rows, or a row group over {MAX_GROUP // 1024**2} MB unpacked")
        check_columns(range(info.num_columns))
        header = tuple(name for name, _ in _columns(file.schema_arrow.empty_table()))
    if len(set(header)) != len(header):
        raise RecordProblem("F026", None, "has two columns of the same name")
    return Records(header, 0, lambda: _rows(path))


def _open(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, thrift_string_size_limit=_THRIFT, thrift_container_size_limit=1_000_000)
    except _UNREADABLE:
        raise RecordProblem("F026", None, "is damaged or no Parquet file; send it again whole") from None


def _rows(path: Path) -> Iterator[Row]:
    number = 0
    try:
        with _open(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
                texts = [[cell_text(value) for value in _values(column)] for _, column in _columns(pa.Table.from_batches([batch]))]
                for cells in zip(*texts, strict=True):
                    number += 1
                    yield number, cells
    except _UNREADABLE:
        raise RecordProblem("F026", number + 1, "cannot be read; the file is damaged, send it again whole") from None


def _columns(table: pa.Table) -> list[tuple[str, pa.ChunkedArray]]:
    """Columns with their names, nested ones taken apart."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return list(zip(table.schema.names, table.columns, strict=True))


def _values(column: pa.ChunkedArray) -> Iterator[Any]:
    """Values one by one; a time finer than Python's is cut to microseconds, one that Python cannot hold is broken."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    for value in column:
        try:
            yield value.as_py()
        except (ValueError, OverflowError, UnicodeDecodeError):
            yield BROKEN
