"""Writes small workbooks for tests, also such as no program should write.

Belongs here: the package of a workbook and single parts of it. Does not belong here: what a test expects.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.sources.records import SEPARATOR, Records, open_records

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def described(format: str, **changes: Any) -> SimpleNamespace:
    """What a mapping says about a file."""
    said = {"format": format, "encoding": None, "sheet": None, "header_row": 1, "header_rows": (), "columns": (), "records": None}
    return SimpleNamespace(**{**said, **changes})


def lines(records: Records) -> list[tuple[int, list[str]]]:
    """Number and cells of every line, as the gate gets them."""
    found = []
    for batch in records.batches():
        for row in batch.to_pylist():
            found.append((row["line_number"], row["line"].split(SEPARATOR) if row["line"] else []))
    return found


def read(path: Path, format: str, **changes: Any) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """Header and the lines after it."""
    records = open_records(path, described(format, **changes))
    return records.header, [line for line in lines(records) if line[0] > records.header_count]


def workbook(path: Path, rows: Sequence[Sequence[Any]], change: Callable[[Worksheet], None] | None = None) -> Path:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    book.save(path)
    return path


def with_parts(path: Path, parts: dict[str, bytes | None]) -> Path:
    """The package with some parts replaced, added or (None) left out."""
    with zipfile.ZipFile(path) as package:
        kept = {name: package.read(name) for name in package.namelist()}
    kept |= parts
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in kept.items():
            if content is not None:
                package.writestr(name, content)
    return path


def with_sheet(path: Path, rows: str, after: str = "", before: str = "") -> Path:
    """A workbook whose sheet is written by hand: the XML of its rows."""
    workbook(path, [["x"]])
    xml = f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    return with_parts(path, {SHEET: xml.encode()})


def texts(number: int, *cells: str) -> str:
    """XML of a row of texts."""
    return f'<row r="{number}">' + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"
