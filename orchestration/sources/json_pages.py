"""JSON as it comes from an interface: pages with a list of records in them, one record a line, or one list.

Belongs here: finding the records, and nested objects as columns with dots. Does not belong here: fetching pages, and what a cell may hold.

A line is a record, numbered from 1 over all that the file holds; an empty object is an empty line. A list of plain values is one cell with
``|`` between them; objects in a list have their place in the name of the column (``leieforhold.1.startdato`` is that of the first).
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from orchestration.sources.records import MAX_LINE, RecordProblem, Records, Row, cell_text, check_columns

MAX_PAGE = 32 * 1024**2  # bytes of a file that is not one record a line
MAX_DEPTH = 8


def read(path: Path, records: str = "", encoding: str | None = None) -> Records:
    """The records that stand at the path ``records`` (names with dots) of each page; without a path each page is the list or the record."""
    steps = tuple(records.split(".")) if records else ()
    header: dict[str, None] = {}
    for number, record in _numbered(path, steps, encoding):
        header |= dict.fromkeys(_cells(record, number))
        check_columns(header)
    names = tuple(header)

    def rows() -> Iterator[Row]:
        for number, record in _numbered(path, steps, encoding):
            cells = _cells(record, number)
            yield number, [cells.get(name, "") for name in names]

    return Records(names, 0, rows)


def _numbered(path: Path, steps: tuple[str, ...], encoding: str | None) -> Iterator[tuple[int, dict]]:
    number = 0
    found = False
    for page in pages(path, encoding or "utf-8"):
        for record in _at(page, steps):
            number, found = number + 1, True
            if not isinstance(record, dict):
                raise RecordProblem("F027", number, "is no object with named values; say with 'records' where the list of records stands")
            yield number, record
        found = found or _has(page, steps)
    if not found:
        where = f"'{'.'.join(steps)}'" if steps else "the file"
        raise RecordProblem("F027", None, f"has no records at {where}; say with 'records' where the list of records stands")


def pages(path: Path, encoding: str) -> Iterator[Any]:
    """Every JSON value of the file: each line one where the first line is whole in itself, else all that stand one after the other."""
    encoding = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    try:
        if _one_a_line(path, encoding):
            with path.open(encoding=encoding, newline="\n") as handle:
                number = 0
                while line := handle.readline(MAX_LINE + 1):
                    number += 1
                    if len(line) > MAX_LINE:
                        raise RecordProblem("F013", number, f"is longer than {MAX_LINE} signs")
                    if line.strip():
                        yield _parse(line, number)
            return
        if path.stat().st_size > MAX_PAGE:
            raise RecordProblem("F025", None, f"is larger than {MAX_PAGE // 1024**2} MB; send it in several files, or one record a line")
        text = path.read_text(encoding)
    except UnicodeError:
        raise RecordProblem("F005", None, f"is not text in the encoding {encoding.removesuffix('-sig').upper()}") from None
    at = _next(text, 0)
    while at < len(text):
        value, at = _parse(text, None, at)
        yield value
        at = _next(text, at)


def _one_a_line(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding, newline="\n") as handle:
        line = handle.readline(MAX_LINE + 1)
        more = bool(handle.readline(MAX_LINE + 1).strip())
    if not more or len(line) > MAX_LINE or not line.strip().endswith("}"):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _parse(text: str, line: int | None, at: int | None = None) -> Any:
    """One value; from ``at`` on also the place where it ends. Rules F025 and F026."""
    try:
        if at is None:
            return _DECODER.decode(text.strip())
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise RecordProblem("F025", line, "is nested deeper than anybody reads") from None
    except json.JSONDecodeError as error:
        where = line or error.lineno
        raise RecordProblem("F026", where, f"is not readable as JSON (sign {error.colno}); send the file again whole") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RecordProblem("F026", None, "has an object with the same name twice; which of the values holds cannot be known")
    return found


@lru_cache(maxsize=65_536)  # millions of short numbers share a few objects
def _number(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal("nan")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_number, parse_float=_number, parse_constant=lambda _: Decimal("nan"))


def _at(value: Any, steps: tuple[str, ...], lists: int = 0) -> Iterator[Any]:
    """What stands at a path: a list gives its members."""
    if lists > MAX_DEPTH:
        raise RecordProblem("F025", None, f"has lists in lists, more than {MAX_DEPTH} deep")
    if isinstance(value, list):
        for member in value:
            yield from _at(member, steps, lists + 1)
    elif not steps:
        yield value
    elif isinstance(value, dict) and value.get(steps[0]) is not None:
        yield from _at(value[steps[0]], steps[1:], lists)


def _has(value: Any, steps: tuple[str, ...]) -> bool:
    """Whether the path exists, though its list may be empty."""
    if isinstance(value, list):
        return not value or any(_has(member, steps) for member in value if isinstance(member, dict))
    return not steps or (isinstance(value, dict) and steps[0] in value and _has(value[steps[0]], steps[1:]))


def _cells(record: dict, number: int) -> dict[str, str]:
    """A record as columns."""
    cells: dict[str, str] = {}

    def put(name: str, value: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise RecordProblem("F025", number, f"is nested more than {MAX_DEPTH} levels deep")
        if isinstance(value, dict):
            for key, member in value.items():
                put(f"{name}.{key}" if name else key, member, depth + 1)
        elif isinstance(value, list) and any(isinstance(member, (dict, list)) for member in value):
            for place, member in enumerate(value, 1):
                put(f"{name}.{place}", member, depth + 1)
                check_columns(cells)
        elif name in cells:
            raise RecordProblem("F026", number, "has a name with a dot that is also the way to a nested value")
        else:
            cells[name] = cell_text(value)

    put("", record, 0)
    return cells
