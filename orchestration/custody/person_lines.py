"""Lines of a delivered file that hold a person's number: counting them and writing the file without them.

Belongs here: finding a number in bytes. Does not belong here: which files are searched (``erasure``).

The number may be written with spaces, points or hyphens between its digits. Text is cut at line feeds, as the gate cuts it; in archives
(workbooks), Parquet and one-line JSON a line is no row: the number is looked for, and the file is told to be unreadable for this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import duckdb

_PARQUET, _ZIP = b"PAR1", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WHOLE_RECORD = (".json",)


class UnreadableForErasureError(Exception):
    """The number stands in a file whose rows are not lines, or in one that cannot be read."""


def count_lines(path: Path, number: str) -> int:
    """Lines that hold the number. Raises ``UnreadableForErasureError`` where it stands in a file that has no lines."""
    with path.open("rb") as handle:
        start = handle.read(4)
    if start.startswith(_PARQUET):
        return _none_or_unreadable(_in_parquet(path, number))
    if start.startswith(_ZIP):
        return _none_or_unreadable(_in_archive(path, number))
    found = sum(1 for line in _lines(path) if _holds(line, number))
    return _none_or_unreadable(bool(found)) if path.suffix.lower() in _WHOLE_RECORD else found


def without_lines(path: Path, target: Path, number: str) -> None:
    """Write the file without the lines that hold the number."""
    target.touch(mode=0o600)
    with target.open("wb") as handle:
        handle.writelines(line for line in _lines(path) if not _holds(line, number))


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        start = handle.read(2)
        handle.seek(0)
        if start not in _UTF16:
            yield from handle
            return
        text = handle.read().decode("utf-16")
    encoding = "utf-16-le" if start == _UTF16[0] else "utf-16-be"
    for i, line in enumerate(StringIO(text, newline="\n")):
        yield (start if i == 0 else b"") + line.encode(encoding)


def _holds(line: bytes, number: str) -> bool:
    """Whether the number stands there: its digits in a row, whatever is beside them (fields of fixed width touch each other); or as a
    number of its own with at most one sign between two digits, or without zeros in front, as spreadsheets leave them out."""
    return bool(_pattern(number).search(line.replace(b"\0", b"")))


@cache
def _pattern(number: str) -> re.Pattern[bytes]:
    significant = number.lstrip("0")
    between = rb"(?:0[ .\-\xa0]?)?" * (len(number) - len(significant)) + rb"[ .\-\xa0]?".join(digit.encode() for digit in significant)
    return re.compile(number.encode() + rb"|(?<![0-9])" + between + rb"(?![0-9])")


def _none_or_unreadable(holds: bool) -> int:
    if holds:
        raise UnreadableForErasureError
    return 0


def _in_archive(path: Path, number: str) -> bool:
    """Whether the number may stand in any part of an archive, such as a workbook."""
    try:
        with ZipFile(path) as archive:
            parts = (line for name in archive.namelist() for line in archive.open(name))
            return any(_holds(line, number) for line in parts)
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        return True  # damaged or with a password: nobody can say that the number is not there


def _in_parquet(path: Path, number: str) -> bool:
    with duckdb.connect() as connection:
        try:
            rows = connection.execute("SELECT r::VARCHAR FROM read_parquet(?) AS r", [str(path)])
            while batch := rows.fetchmany(10_000):
                if any(_holds(row[0].encode(), number) for row in batch):
                    return True
        except duckdb.Error:
            return True
    return False
