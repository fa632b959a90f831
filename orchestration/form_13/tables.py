"""What a workbook and a page are both made of: sheets with tables, whose cells hold values of a kind.

Belongs here: these shapes alone. Does not belong here: what stands in them (``sheets``), how they look (``workbook``, ``web_page``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

TEXT, COUNT, CHANGE, SHARE, ESTIMATE, LIMIT, DAY = "text", "count", "change", "share", "estimate", "limit", "day"
TOTAL, PART, HEADING, WRONG = "total", "part", "heading", "wrong"


@dataclass(frozen=True)
class Column:
    """A column: its heading, what its cells hold, and its width in characters."""

    title: str
    kind: str = TEXT
    width: int = 12


@dataclass(frozen=True)
class Row:
    """Values of a row; ``look`` says which kind of row it is."""

    values: tuple[object, ...]
    look: str = PART


@dataclass(frozen=True)
class Table:
    """Rows under headings; ``title`` is empty where the sheet's own says enough."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook, and a part of the page."""

    name: str
    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    when: str = ""  # the day or the year that its numbers are of


def kind_of(column: Column, value: object) -> str:
    """What a cell holds: days are told by themselves, and a limit has decimals only where it needs them."""
    if isinstance(value, dt.date):
        return DAY
    if column.kind == LIMIT and isinstance(value, int | float | Decimal) and value % 1 == 0:
        return COUNT
    return column.kind
