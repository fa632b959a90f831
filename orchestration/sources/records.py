"""Files that are no lines of text (workbooks, JSON, Parquet) as numbered lines of cells, so that they go the same road as text.

Belongs here: what all such readers share: the form of a line, the text of a value, and the problem that refuses a file.
Does not belong here: one format (the modules beside this one), and what a cell may hold (``arrivals.rules``).

The cells of a line are joined by ``SEPARATOR``. A cell that cannot be read (an error of the workbook, a formula without a stored
result, signs that no text has) is the one sign ``BROKEN``, and a row that needs it breaks the rule ``BROKEN_RULE``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa

SEPARATOR = "\x1f"
BROKEN = "\x1a"
IN_LIST = "|"
BROKEN_RULE = "R013"
BROKEN_REASON = "a cell holds an error (such as #N/A), a formula without a stored result or signs that no text has; write the value itself"
FORMATS = ("excel", "json", "parquet")
MAX_LINE = 1_000_000  # signs; the same limit as for a line of text
MAX_COLUMNS = 2_000
MAX_DIGITS = 40
_BATCH_LINES = 10_000
_BATCH_SIGNS = 8_000_000
_SCHEMA = pa.schema([("line_number", pa.int64()), ("line", pa.string())])
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f\t", " "))
_LINE_BREAK = re.compile("[ ]*[\r\n\x85\u2028\u2029]+[ ]*")

Row = tuple[int, Sequence[str]]


class RecordProblem(Exception):
    """The file is refused: rule, line (``None`` where it is about the file) and what would be right."""

    def __init__(self, rule_id: str, line: int | None, reason: str):
        super().__init__(f"{rule_id} {reason}")
        self.rule_id, self.line, self.reason = rule_id, line, reason


@dataclass(frozen=True)
class Records:
    """A file as lines: the names of its columns, how many lines stand up to and with the header, and the lines.

    ``rows`` gives number and cells of every line, the header and empty ones (no cells) included, each time it is called.
    """

    header: tuple[str, ...]
    header_count: int
    rows: Callable[[], Iterator[Row]]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The lines as Arrow batches (line_number, line), few in memory at a time."""
        numbers: list[int] = []
        lines: list[str] = []
        signs = 0
        for number, cells in self.rows():
            line = SEPARATOR.join(cells) if any(cells) else ""
            if len(line) > MAX_LINE:
                raise RecordProblem("F013", number, f"is longer than {MAX_LINE} signs")
            numbers.append(number)
            lines.append(line)
            signs += len(line)
            if len(lines) == _BATCH_LINES or signs > _BATCH_SIGNS:
                yield _batch(numbers, lines)
                numbers, lines, signs = [], [], 0
        if lines:
            yield _batch(numbers, lines)


def open_records(path: Path, file: Any) -> Records:
    """The reader of the file's format. ``file`` is the part of a mapping that describes it (``mappings.model.MappedFile``)."""
    if file.format == "excel":
        from orchestration.sources import excel

        return excel.read(path, sheet=file.sheet, header_rows=header_rows(file), columns=tuple(file.columns or ()))
    if file.format == "json":
        from orchestration.sources import json_pages

        return json_pages.read(path, records=file.records or "", encoding=file.encoding)
    if file.format == "parquet":
        from orchestration.sources import parquet_rows

        return parquet_rows.read(path)
    raise ValueError(f"no reader of records for the format {file.format}")


def header_rows(file: Any) -> tuple[int, ...]:
    """Rows of the header: ``header_rows`` where several are joined, else ``header_row``; none where the file has no header."""
    if getattr(file, "header_rows", None):
        return tuple(file.header_rows)
    return (file.header_row,) if file.header_row else ()


def cell_text(value: Any) -> str:
    """A value as text: nothing as empty, true and false as 1 and 0, numbers as plain decimals with a point, dates as ``2024-12-31``
    (with a time of day: ``2024-12-31 13:05:00``).

    A list of plain values has ``|`` between them. Hard spaces and tabulators become spaces, line breaks one space; signs that no text
    has make the cell broken.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**MAX_DIGITS else BROKEN
    if isinstance(value, float):
        return number_text(format(value, ".15g"))
    if isinstance(value, Decimal):
        return number_text(str(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dt.timedelta):
        return number_text(format(value.total_seconds() / 86_400, ".15g"))
    if isinstance(value, bytes):
        return _clean(value.decode("utf-8", "surrogateescape"))
    if isinstance(value, list):
        members = [cell_text(member) for member in value]
        return BROKEN if any(BROKEN in m or IN_LIST in m for m in members) else IN_LIST.join(members)
    return BROKEN


def number_text(written: str) -> str:
    """A number without exponent and without zeros that say nothing; broken where it has no end or too many digits."""
    try:
        number = Decimal(written)
    except InvalidOperation:
        return BROKEN
    if not number.is_finite() or not -MAX_DIGITS < number.adjusted() < MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
        return "0" if number.is_zero() else BROKEN
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def column_name(value: str) -> str:
    """A name of the header on one line with single spaces."""
    return "" if value == BROKEN else " ".join(value.split())


def check_columns(header: Sequence[str]) -> None:
    """A file is not wider than anybody reads."""
    if len(header) > MAX_COLUMNS:
        raise RecordProblem("F025", None, f"has {len(header)} columns; at most {MAX_COLUMNS} are read")


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    if _ILLEGAL.search(text):
        return BROKEN
    return _LINE_BREAK.sub(" ", text.translate(_SPACES))


def _batch(numbers: list[int], lines: list[str]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(numbers, pa.int64()), pa.array(lines, pa.string())], schema=_SCHEMA)
