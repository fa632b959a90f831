"""The form as an Excel workbook.

Belongs here: how sheets look in a workbook, and that the same form gives the same bytes. Does not belong here: what they say (``sheets``).

Numbers are numbers and days are days: their formats carry the Norwegian locale, so that they show as Norwegians write them wherever the
workbook is opened.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import textwrap
import zipfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from orchestration.form_13 import tables
from orchestration.form_13.model import Form
from orchestration.form_13.sheets import FRONT, sheets
from orchestration.spreadsheet import harmless

_NORWEGIAN = "[$-414]"
_FORMATS = {
    tables.COUNT: f"{_NORWEGIAN}#,##0",
    tables.CHANGE: f"{_NORWEGIAN}+#,##0;{_NORWEGIAN}-#,##0;0",
    tables.SHARE: f"{_NORWEGIAN}0.00\\ %",
    tables.ESTIMATE: f"{_NORWEGIAN}#,##0.00",
    tables.LIMIT: f"{_NORWEGIAN}#,##0.0",
    tables.DAY: f"{_NORWEGIAN}dd.mm.yyyy",
}
_LINE = Side(style="thin", color="D8DEE4")
_HEAD, _TITLE, _NOTE, _SUBTITLE = "head", "title", "note", "subtitle"
_FILLS = {tables.WRONG: "FFF4CE", tables.HEADING: "EEF2F6", _HEAD: "1F3A5F"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FONT = "Calibri"
_POINTS_A_LINE = 15
_LETTERS_A_DIGIT = 1.1


def workbook_bytes(form: Form) -> bytes:
    """The workbook of a form."""
    book = Workbook()
    book.remove(book.active)
    styles = _styles(book)
    book.properties.title = f"Skjema 13 {form.municipality_code} {form.municipality_name} {form.year}"
    book.properties.creator = "Fjernlys"
    book.properties.created = dt.datetime.combine(form.made.known_at, dt.time())
    book.properties.modified = book.properties.created
    whose = f"{form.municipality_code} {form.municipality_name}"
    for sheet in sheets(form):
        target = book.create_sheet(sheet.name)
        _write(target, sheet, f"{whose}, {sheet.when}" if sheet.when else whose, styles)
        _on_paper(target, form, pages=1 if sheet.name == FRONT else 0)
    done = io.BytesIO()
    with _StillZip(done, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()
    return done.getvalue()


class _StillZip(zipfile.ZipFile):
    """An archive whose files carry no time of the day they were written."""

    def writestr(self, name: str, data: bytes | str, *_unused: object, **_more: object) -> None:
        super().writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)

    def write(self, filename: str | os.PathLike, arcname: str | None = None, *_unused: object, **_more: object) -> None:
        self.writestr(arcname or os.fspath(filename), Path(filename).read_bytes())


def _write(target: Worksheet, sheet: tables.Sheet, about: str, styles: dict[tuple[str, str], str]) -> None:
    wide = max(len(table.columns) for table in sheet.tables)
    for number in range(wide):
        width = max(table.columns[number].width for table in sheet.tables if number < len(table.columns))
        target.column_dimensions[get_column_letter(number + 1)].width = width
    _put(target, 1, 1, sheet.title, _TITLE)
    _put(target, 2, 1, about, _SUBTITLE)
    row = 4
    for table in sheet.tables:
        if table.title:
            _put(target, row, 1, table.title, _SUBTITLE)
            row += 1
        if any(column.title for column in table.columns):
            for number, column in enumerate(table.columns, 1):
                _put(target, row, number, column.title, f"{_HEAD} {'text' if column.kind == tables.TEXT else 'number'}")
            if len(sheet.tables) == 1:
                target.freeze_panes = target.cell(row + 1, 3)
                target.print_title_rows = f"{row}:{row}"
            row += 1
        for line in table.rows:
            for number, (column, value) in enumerate(zip(table.columns, line.values, strict=True), 1):
                _put(target, row, number, value, styles[tables.kind_of(column, value), line.look])
            _fit(target, row, line)
            row += 1
        row += 1
    width = sum(target.column_dimensions[get_column_letter(number + 1)].width for number in range(wide))
    for note in sheet.notes:
        _put(target, row, 1, note, _NOTE)
        target.merge_cells(start_row=row, end_row=row, start_column=1, end_column=wide)
        target.row_dimensions[row].height = _POINTS_A_LINE * _lines(note, width)
        row += 1


def _put(target: Worksheet, row: int, column: int, value: object, style: str) -> None:
    cell = target.cell(row, column)
    cell.value = harmless(value) if isinstance(value, str) else value
    cell.style = style


def _fit(target: Worksheet, row: int, line: tables.Row) -> None:
    """A row as high as its longest text: not every program measures it."""
    if line.look != tables.HEADING:
        cells = ((target.column_dimensions[get_column_letter(number)].width, value) for number, value in enumerate(line.values, 1))
        most = max((_lines(value, width) for width, value in cells if isinstance(value, str)), default=1)
        if most > 1:
            target.row_dimensions[row].height = _POINTS_A_LINE * most


def _lines(text: str, width: float) -> int:
    """Letters are narrower than the digits that a width is measured in."""
    return max(1, len(textwrap.wrap(text, int(width * _LETTERS_A_DIGIT))))


def _on_paper(target: Worksheet, form: Form, pages: int) -> None:
    """A4 across, as wide as the paper; 0 pages are as many as it takes."""
    setup = target.page_setup
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", 9, 1, pages
    target.sheet_properties.pageSetUpPr.fitToPage = True
    target.oddFooter.left.text = f"Skjema 13, {form.municipality_code} {form.municipality_name} {form.year}"
    target.oddFooter.center.text = f"Bygg {form.made.build_id}"
    target.oddFooter.right.text = "Side &P av &N"
    target.sheet_view.showGridLines = False


def _styles(book: Workbook) -> dict[tuple[str, str], str]:
    """Named styles of the workbook, one for each kind of value and look of a row."""
    names = {}
    for kind in (tables.TEXT, tables.DAY, *_FORMATS):
        for look in (tables.TOTAL, tables.PART, tables.HEADING, tables.WRONG):
            names[kind, look] = name = f"{kind} {look}"
            if name in book.named_styles:
                continue
            style = NamedStyle(name, number_format=_FORMATS.get(kind, "General"))
            style.font = Font(name=_FONT, bold=look in (tables.TOTAL, tables.HEADING))
            is_number = kind in (tables.COUNT, tables.CHANGE, tables.SHARE, tables.ESTIMATE, tables.LIMIT)
            wraps = kind == tables.TEXT and look != tables.HEADING
            style.alignment = Alignment(
                horizontal="right" if is_number else "left", vertical="top", wrap_text=wraps, indent=int(not is_number)
            )
            style.border = Border(bottom=_LINE)
            if look in _FILLS:
                style.fill = PatternFill("solid", fgColor=_FILLS[look])
            book.add_named_style(style)
    for side in ("text", "number"):
        style = NamedStyle(
            f"{_HEAD} {side}", font=Font(name=_FONT, bold=True, color="FFFFFF"), fill=PatternFill("solid", fgColor=_FILLS[_HEAD])
        )
        style.alignment = Alignment(
            horizontal="left" if side == "text" else "right", vertical="center", wrap_text=True, indent=int(side == "text")
        )
        book.add_named_style(style)
    for name, font in ((_TITLE, Font(name=_FONT, bold=True, size=15)), (_SUBTITLE, Font(name=_FONT, bold=True, color="59636E"))):
        book.add_named_style(NamedStyle(name, font=font))
    note = NamedStyle(_NOTE, font=Font(name=_FONT, italic=True, color="59636E"), alignment=Alignment(wrap_text=True, vertical="top"))
    book.add_named_style(note)
    return names
