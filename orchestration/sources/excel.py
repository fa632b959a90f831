"""Workbooks (.xlsx, .xlsm): rows of one sheet as lines, numbered as Excel numbers them.

Belongs here: opening a workbook that may be meant to harm, finding sheet and header, and the text of a cell. Does not belong here: what
a cell may hold. Formulas count by their stored result, macros and links are never followed.
"""

from __future__ import annotations

import datetime as dt
import errno
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from orchestration.sources.records import BROKEN, MAX_DIGITS, MAX_LINE, RecordProblem, Records, Row, cell_text, check_columns, column_name

MAX_PARTS = 2_000
MAX_UNPACKED = 1024**3
MAX_PART_IN_MEMORY = 128 * 1024**2  # every part but the sheets, which are read as a stream
MAX_RATIO = 200
MAX_ROWS, MAX_CELLS_IN_ROW = 1_048_576, 16_384
MAX_MERGED = 100_000
MAX_ROW_PARTS = 200_000  # elements of the XML of one row
_SMALL = 10 * 1024**2  # a part of this size may be packed as tightly as it likes
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SAVE_AS = "save it as a workbook of the kind .xlsx"
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})["']""")

Merged = dict[tuple[int, int], tuple[int, int]]  # row and column of a cell -> those of the cell that holds its value


def read(path: Path, sheet: str | int | None = None, header_rows: Sequence[int] = (1,), columns: Sequence[str] = ()) -> Records:
    """One sheet: the named one (or the one with that number among those that show), else the first that shows.

    The names of several header rows are joined with a space. Without header rows ``columns`` names the columns in order.
    """
    check_package(path)
    book = _Book(path)
    part = book.part_of(sheet)
    merged = book.merged_cells(part)
    if not header_rows:
        return Records(tuple(columns), 0, lambda: _cut(book.rows(part, merged, 0), len(columns)))
    last = max(header_rows)
    header = _header(book, part, merged, tuple(header_rows))
    if not header:
        raise RecordProblem("F004", last, "the sheet has no header here; say in which row the names of the columns stand")
    check_columns(header)
    return Records(header, last, lambda: _cut(book.rows(part, merged, last), len(header)))


def check_package(path: Path) -> None:
    """What stands in the package, before anything of it is unpacked. Rules F025 and F026."""
    with path.open("rb") as handle:
        start = handle.read(4)
    if start == _OLE:
        raise RecordProblem("F025", None, f"is an old workbook (.xls) or one with a password; {_SAVE_AS}, without a password")
    if start != _ZIP:
        raise RecordProblem("F026", None, f"is no workbook; {_SAVE_AS}")
    with _foreign(), zipfile.ZipFile(path) as package:
        parts = package.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise RecordProblem("F025", None, f"has more than {MAX_PARTS} parts, or a part twice; {_SAVE_AS}")
    if any(part.flag_bits & 1 for part in parts):
        raise RecordProblem("F025", None, "is packed with a password; send it without one")
    tight = any(part.file_size > _SMALL and part.file_size > MAX_RATIO * part.compress_size for part in parts)
    large = any(part.file_size > MAX_PART_IN_MEMORY and "worksheets/" not in part.filename for part in parts)
    if tight or large or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise RecordProblem("F025", None, f"is larger unpacked than is read ({MAX_UNPACKED // 1024**2} MB), or packed too tightly")
    if "[Content_Types].xml" not in names or "xl/workbook.bin" in names:
        raise RecordProblem("F026", None, f"is no workbook of the kind .xlsx; {_SAVE_AS}")


def sheets(path: Path) -> list[str]:
    """Names of the sheets that show, in order."""
    check_package(path)
    return [sheet.title for sheet in _Book(path).visible]


def spans(path: Path, sheet: str | int | None, first: int, second: int) -> bool:
    """Whether two rows belong together: a merged cell stands over both, or one above several columns that the second names."""
    book = _Book(path)
    merged = book.merged_cells(book.part_of(sheet))
    return any(row == second and holder[0] == first for (row, _), holder in merged.items()) or any(
        row == first and holder != (row, column) and holder[0] == first and holder[1] > 1 for (row, column), holder in merged.items()
    )


class _Bounded:
    """XML read in blocks; a text or tag without end is refused before it fills the memory."""

    def __init__(self, handle: IO[bytes]):
        self.handle, self.open = handle, 0

    def read(self, size: int) -> bytes:
        """The next block."""
        block = self.handle.read(size)
        self.open = self.open + len(block) if b"<" not in block else len(block) - block.rindex(b"<")
        if self.open > MAX_LINE:
            raise RecordProblem("F025", None, f"has a cell longer than {MAX_LINE} signs; {_SAVE_AS}")
        return block


class _Parser(WorkSheetParser):
    """Rows of a sheet; a cell that cannot be read is an error cell and never stops the others."""

    def rows(self) -> Iterator[tuple[int, list[dict]]]:
        parts = 0
        for _, element in iterparse(_Bounded(self.source)):
            parts += 1
            if parts > MAX_ROW_PARTS:
                raise RecordProblem("F025", None, f"has a row with more cells than is read; {_SAVE_AS}")
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()
                parts = 0
            elif element.tag == DATA_TAG:
                return

    def parse_cell(self, element: Element) -> dict:
        try:
            cell = super().parse_cell(element)
        except (ValueError, IndexError, KeyError, TypeError, OverflowError, AttributeError):
            return {"row": self.row_counter, "column": self.col_counter or 1, "value": None, "data_type": "e", "style_id": 0}
        is_empty_text = cell["data_type"] == "str" and element.find(VALUE_TAG) is not None
        if cell["value"] is None and element.find(FORMULA_TAG) is not None and not is_empty_text:
            cell["data_type"] = "e"  # a formula whose result was never stored
        return cell


class _Book:
    def __init__(self, path: Path):
        self.path = path
        with _foreign(), path.open("rb") as handle, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out: pictures, rules of format
            book = load_workbook(handle, read_only=True, data_only=True, keep_links=False)
        self.sheets = [sheet for sheet in book.worksheets]
        self.visible = [sheet for sheet in self.sheets if sheet.sheet_state == "visible"]
        self.settings = {"data_only": True, "epoch": book.epoch, "date_formats": book._date_formats}
        self.settings["timedelta_formats"] = book._timedelta_formats
        self.zeros = {i: width for i, style in enumerate(book._cell_styles) if (width := _zeros(book, style.numFmtId))}

    def part_of(self, sheet: str | int | None) -> Any:
        """The sheet that is meant. Rule F027."""
        shown = f"the workbook has {len(self.visible)} sheets that show"
        if sheet is None or isinstance(sheet, int):
            number = sheet or 1
            if not 1 <= number <= len(self.visible):
                raise RecordProblem("F027", None, f"has no sheet number {number}; {shown}")
            return self.visible[number - 1]
        for is_meant in (lambda title: title == sheet, lambda title: title.strip().casefold() == sheet.strip().casefold()):
            found = [s for s in self.sheets if is_meant(s.title)]
            if found:
                return found[0]
        raise RecordProblem("F027", None, f"has no sheet named '{sheet}'; {shown}")

    def merged_cells(self, part: Any) -> Merged:
        """Cells below the first row of a merged block (and, in the header, beside it), with the cell that holds their value."""
        found: Merged = {}
        tail = b""
        with _foreign(), zipfile.ZipFile(self.path) as package, package.open(part._worksheet_path) as handle:
            while block := handle.read(1024**2):
                for match in _MERGED.finditer(tail + block):
                    first_column, first_row, last_column, last_row = range_boundaries(match[1].decode())
                    if (last_row - first_row + 1) * (last_column - first_column + 1) + len(found) > MAX_MERGED:
                        continue  # a block that wide is decoration
                    for row in range(first_row, last_row + 1):
                        for column in range(first_column, last_column + 1):
                            found[row, column] = (first_row, first_column)
                tail = (tail + block)[-200:]
        return found

    def cells(self, part: Any) -> Iterator[tuple[int, dict[int, str]]]:
        """Rows with their cells that are not empty, by column."""
        before = 0
        with _foreign(), zipfile.ZipFile(self.path) as package, package.open(part._worksheet_path) as handle:
            for number, row in _Parser(handle, part._shared_strings, **self.settings).rows():
                if not before < number <= MAX_ROWS or any(not 1 <= c["column"] <= MAX_CELLS_IN_ROW for c in row):
                    raise RecordProblem("F026", None, f"numbers its rows in a way no workbook does; {_SAVE_AS}")
                before = number
                yield number, {cell["column"]: text for cell in row if (text := self._text(cell))}

    def rows(self, part: Any, merged: Merged, header: int) -> Iterator[tuple[int, dict[int, str]]]:
        """All rows down to the last one that holds something; a value merged over rows of the table stands in each of them."""
        upright = {cell: first for cell, first in merged.items() if cell[1] == first[1] and cell[0] > first[0] > header}
        by_row: dict[int, list[int]] = {}
        for row, column in upright:
            by_row.setdefault(row, []).append(column)
        holders = set(upright.values())
        held: dict[tuple[int, int], str] = {}
        written = 0
        for number, cells in self.cells(part):
            for column in by_row.get(number, ()):
                if value := held.get(upright[number, column]):
                    cells.setdefault(column, value)
            held |= {(number, column): text for column, text in cells.items() if (number, column) in holders}
            if cells:
                yield from ((blank, {}) for blank in range(written + 1, number))
                yield number, cells
                written = number

    def _text(self, cell: dict) -> str:
        value, kind = cell["value"], cell["data_type"]
        if kind == "e":
            return BROKEN
        if isinstance(value, str):
            return cell_text(unescape(value) if "_x" in value else value)
        if isinstance(value, dt.date) and value.year < 1900:
            return BROKEN  # a number below the first day that Excel counts
        text = cell_text(value)
        width = self.zeros.get(cell["style_id"], 0)  # a number such as 301 that shows as 0301
        return text.zfill(width) if width and text.isdigit() else text


def _zeros(book: Any, number_format: int) -> int:
    """Digits that a number format of zeros alone shows."""
    code = BUILTIN_FORMATS.get(number_format) if number_format < 164 else None
    if code is None and 0 <= number_format - 164 < len(book._number_formats):
        code = book._number_formats[number_format - 164]
    return len(code) if code and re.fullmatch(f"0{{2,{MAX_DIGITS}}}", code) else 0


def _header(book: _Book, part: Any, merged: Merged, rows: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the columns, those of several rows joined with a space; a merged cell names all its columns but in the last row."""
    cells: dict[tuple[int, int], str] = {}
    for number, row in book.cells(part):
        if number > max(rows):
            break
        cells |= {(number, column): text for column, text in row.items()}
    named = [place for place in [*cells, *(place for place, holder in merged.items() if holder in cells)] if place[0] in rows]
    width = max((column for _, column in named), default=0)
    names = []
    for column in range(1, width + 1):
        parts: dict[tuple[int, int], str] = {}
        for row in rows:
            holder = merged.get((row, column), (row, column))
            if holder[1] == column or row != max(rows):
                parts[holder] = column_name(cells.get(holder, ""))
        names.append(" ".join(filter(None, parts.values())))
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _cut(rows: Iterator[tuple[int, dict[int, str]]], width: int) -> Iterator[Row]:
    """The cells that stand under a name."""
    for number, cells in rows:
        yield number, [cells.get(column, "") for column in range(1, width + 1)]


@contextmanager
def _foreign() -> Iterator[None]:
    """What goes wrong in here lies in the file: a parser of foreign bytes may fail in any way. Trouble with the disk stays as it is."""
    try:
        yield
    except RecordProblem:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # a damaged place is not to be found in the file
            raise
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> RecordProblem:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DefusedXmlException):
            return RecordProblem("F025", None, f"holds declarations of entities, which no workbook has; {_SAVE_AS}")
        cause = cause.__cause__ or cause.__context__
    return RecordProblem("F026", None, f"is damaged or no workbook of the kind .xlsx; {_SAVE_AS} and send it again")
