"""Excel workbooks that are the same bytes each time.

Belongs here: sheets to bytes. Does not belong here: what the sheets say.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field

from openpyxl import Workbook

_MADE = (2020, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


@dataclass
class Sheet:
    """A sheet: rows of cells from the first row on, and cells that are merged (``A1:C1``)."""

    name: str
    rows: list[list[object]]
    merged: list[str] = field(default_factory=list)


def workbook(sheets: list[Sheet]) -> bytes:
    """The file, without the clock: Excel's own dates of making and changing are fixed, and so are those of the archive."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for row in sheet.rows:
            page.append(row)
        for cells in sheet.merged:
            page.merge_cells(cells)
    book.properties.created = book.properties.modified = dt.datetime(*_MADE)
    made, fixed = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "docProps/core.xml":
                body = _STAMP.sub(rb"\g<1>2020-01-01T00:00:00Z\g<2>", body)
            target.writestr(zipfile.ZipInfo(name, _MADE), body, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
