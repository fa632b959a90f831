"""The form as one page that needs nothing else: to read on a screen and to print.

Belongs here: how sheets look on a page. Does not belong here: what they say (``sheets``).
"""

from __future__ import annotations

import datetime as dt
import html
from decimal import Decimal
from functools import partial

from orchestration.form_13 import tables
from orchestration.form_13.model import Form
from orchestration.form_13.sheets import sheets
from orchestration.form_13.words import day, number, percent, signed
from orchestration.page_frame import page

_STYLE = """
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1b1f24; line-height: 1.4; }
h1, h2, h3 { font-weight: 600; } h2 { margin-top: 2.5rem; border-bottom: 2px solid #1f3a5f; padding-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top; }
th { background: #1f3a5f; color: #fff; font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; } @media (max-width: 50rem) { .scroll table:has(th:nth-child(4)) { min-width: 52rem; } }
td:first-child { overflow-wrap: anywhere; } tr.total td, tr.heading td { font-weight: 600; } tr.heading td { background: #eef2f6; }
tr.wrong td { background: #fff4ce; } p.note { color: #59636e; font-size: .85rem; max-width: 60rem; } nav { font-size: .9rem; }
@media print { @page { size: A4 landscape; margin: 12mm; } html { font-size: 8.5pt; }
  body { margin: 0; max-width: none; } nav { display: none; }
  section { break-before: page; } section:first-of-type { break-before: auto; }
  h1, h2, h3, h2 + p { break-after: avoid; } .scroll { overflow: visible; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
  th, tr.wrong td, tr.heading td { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def page_text(form: Form) -> str:
    """The whole page."""
    parts = sheets(form)
    links = " · ".join(f'<a href="#{_anchor(sheet)}">{html.escape(sheet.name)}</a>' for sheet in parts)
    body = "".join(_section(sheet) for sheet in parts)
    title = f"Skjema 13: {form.municipality_code} {form.municipality_name}, {form.year}"
    return page(title, f"<nav>{links}</nav>{body}", "nb", _STYLE)


def _section(sheet: tables.Sheet) -> str:
    shown = "".join(_table(table) for table in sheet.tables)
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in sheet.notes)
    when = f'<p class="note">{html.escape(sheet.when[0].upper() + sheet.when[1:])}</p>' if sheet.when else ""
    return f'<section id="{_anchor(sheet)}"><h2>{html.escape(sheet.title)}</h2>{when}{shown}{notes}</section>'


def _table(table: tables.Table) -> str:
    title = f"<h3>{html.escape(table.title)}</h3>" if table.title else ""
    if not table.rows:
        return f"{title}<p>Ingen.</p>"
    heads = "".join(f"<th{_class(column.kind)}>{html.escape(column.title)}</th>" for column in table.columns)
    head = f"<thead><tr>{heads}</tr></thead>" if any(column.title for column in table.columns) else ""
    rows = "".join(
        f'<tr class="{row.look}">{"".join(_cell(column, value) for column, value in zip(table.columns, row.values, strict=True))}</tr>'
        for row in table.rows
    )
    return f'{title}<div class="scroll"><table>{head}<tbody>{rows}</tbody></table></div>'


def _cell(column: tables.Column, value: object) -> str:
    return f"<td{_class(column.kind)}>{html.escape(_text(tables.kind_of(column, value), value))}</td>"


def _class(kind: str) -> str:
    return "" if kind == tables.TEXT else ' class="n"'


def _text(kind: str, value: object) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, int | float | Decimal):
        written = {tables.CHANGE: signed, tables.SHARE: percent, tables.ESTIMATE: partial(number, decimals=2)}
        return (written | {tables.LIMIT: partial(number, decimals=1)}).get(kind, number)(value)
    return str(value)


def _anchor(sheet: tables.Sheet) -> str:
    return sheet.name.lower().replace(" ", "-")
