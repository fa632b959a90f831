"""The form as one page that needs nothing else: to read on a screen and to print.

Belongs here: how sheets look on a page. Does not belong here: what they say (``sheets``).
"""

from __future__ import annotations

import datetime as dt
import html
from decimal import Decimal

from orchestration.form_13 import sheets as content
from orchestration.form_13.model import Form
from orchestration.form_13.words import day, number, percent, signed
from orchestration.page_frame import page

_STYLE = """
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1b1f24; line-height: 1.4; }
h1, h2, h3 { font-weight: 600; } h2 { margin-top: 2.5rem; border-bottom: 2px solid #1f3a5f; padding-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top; }
th { background: #1f3a5f; color: #fff; font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child { overflow-wrap: anywhere; } tr.total td, tr.heading td { font-weight: 600; } tr.heading td { background: #eef2f6; }
tr.wrong td { background: #fff4ce; } p.note { color: #59636e; font-size: .85rem; max-width: 60rem; } nav { font-size: .9rem; }
@media print { @page { size: A4 landscape; margin: 12mm; } html { font-size: 8.5pt; }
  body { margin: 0; max-width: none; } nav { display: none; }
  section { break-before: page; } section:first-of-type { break-before: auto; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
  th, tr.wrong td, tr.heading td { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def page_text(form: Form) -> str:
    """The whole page."""
    parts = content.sheets(form)
    links = " · ".join(f'<a href="#{_anchor(sheet)}">{html.escape(sheet.name)}</a>' for sheet in parts)
    body = "".join(_section(sheet) for sheet in parts)
    title = f"Skjema 13: {form.municipality_code} {form.municipality_name}, {form.year}"
    return page(title, f"<nav>{links}</nav>{body}", "nb", _STYLE)


def _section(sheet: content.Sheet) -> str:
    tables = "".join(_table(table) for table in sheet.tables)
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in sheet.notes)
    return f'<section id="{_anchor(sheet)}"><h2>{html.escape(sheet.title)}</h2>{tables}{notes}</section>'


def _table(table: content.Table) -> str:
    title = f"<h3>{html.escape(table.title)}</h3>" if table.title else ""
    if not table.rows:
        return f"{title}<p>Ingen.</p>"
    kinds = [column.kind for column in table.columns]
    heads = "".join(f"<th{_class(column.kind)}>{html.escape(column.title)}</th>" for column in table.columns)
    head = f"<thead><tr>{heads}</tr></thead>" if any(column.title for column in table.columns) else ""
    rows = "".join(
        f'<tr class="{row.look}">{"".join(_cell(kind, value) for kind, value in zip(kinds, row.values, strict=True))}</tr>'
        for row in table.rows
    )
    return f"{title}<table>{head}<tbody>{rows}</tbody></table>"


def _cell(kind: str, value: object) -> str:
    return f"<td{_class(kind)}>{html.escape(_text(kind, value))}</td>"


def _class(kind: str) -> str:
    return "" if kind == content.TEXT else ' class="n"'


def _text(kind: str, value: object) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, int | float | Decimal):
        return {content.CHANGE: signed, content.SHARE: percent, content.ESTIMATE: lambda found: number(found, 2)}.get(kind, number)(value)
    return str(value)


def _anchor(sheet: content.Sheet) -> str:
    return sheet.name.lower().replace(" ", "-")
