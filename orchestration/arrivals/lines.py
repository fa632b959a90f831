"""Files as numbered lines, for DuckDB to read.

Belongs here: bytes to Arrow batches (file, line number, line) with nothing lost, guessed or skipped.
Does not belong here: cutting a line into fields.

A CSV reader may drop an over-long line or let one open quotation mark swallow the rest of a file; here a line is what stands
between two line feeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sources.records import Records

CHUNK = 8 * 1024 * 1024
SCHEMA = pa.schema([("file_no", pa.int32()), ("line_number", pa.int64()), ("line", pa.string())])


def _chunks(path: Path, chunk_size: int) -> Iterator[bytes]:
    """Chunks that end with a line feed, but for the last one."""
    rest = b""
    with path.open("rb") as handle:
        while block := handle.read(chunk_size):
            cut = block.rfind(b"\n") + 1
            if cut:
                yield rest + block[:cut]
                rest = block[cut:]
            else:
                rest += block
    if rest:
        yield rest


def _batches(file_no: int, path: Path, encoding: str, chunk_size: int) -> Iterator[pa.RecordBatch]:
    number = 1
    for index, chunk in enumerate(_chunks(path, chunk_size)):
        data = chunk.removeprefix(b"\xef\xbb\xbf") if index == 0 else chunk
        if encoding != "utf-8":
            data = data.decode(encoding).encode()
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10) + 1
        if not data.endswith(b"\n"):
            ends = np.append(ends, len(data))
        offsets = np.concatenate([[0], ends]).astype(np.int32)
        with_ending = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets.tobytes()), pa.py_buffer(data))
        yield pa.record_batch(
            [
                pa.array(np.full(len(ends), file_no, np.int32)),
                pa.array(np.arange(number, number + len(ends), dtype=np.int64)),
                pc.utf8_rtrim(with_ending, characters="\r\n"),
            ],
            schema=SCHEMA,
        )
        number += len(ends)


def line_reader(files: Iterable[tuple[int, Path, str]], chunk_size: int = CHUNK) -> pa.RecordBatchReader:
    """Lines of many files (number, path, encoding), one chunk in memory at a time."""
    return pa.RecordBatchReader.from_batches(SCHEMA, (batch for file in files for batch in _batches(*file, chunk_size)))


def record_reader(files: Iterable[tuple[int, Records]]) -> pa.RecordBatchReader:
    """Lines of many files (number, records) that are no text."""
    return pa.RecordBatchReader.from_batches(SCHEMA, (_numbered(file_no, b) for file_no, records in files for b in records.batches()))


def _numbered(file_no: int, batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.record_batch([pa.array(np.full(len(batch), file_no, np.int32)), *batch.columns], schema=SCHEMA)
