"""``fjernlys calendar``: who should have delivered what by when, and what became of it, from the current release.

Belongs here: the questions and how the answer is shown. Does not belong here: what counts as late or missing (``fct_delivery_status``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from rich.console import Console
from rich.table import Table

from orchestration.released import ask_release, known_municipality
from orchestration.settings import Settings
from orchestration.terminal import table_console

STATUS_WORDS = {
    "on_time": "in time",
    "late": "late",
    "partly": "came without it",
    "refused": "refused",
    "missing": "missing",
    "not_due": "not due yet",
}
_COUNTS = """
    select supplier, status, count(*) as files from fct_delivery_status group by all order by supplier
"""
# Entities of one source that fared alike stand on one line.
_LINES = """
    select supplier, source, extract, period_end, due_date, status, string_agg(entity, ', ' order by entity) as entities,
        first_received_date, days_late, bool_or(is_superseded) as is_superseded
    from fct_delivery_status
    where case when $code is null then status not in ('on_time', 'late') else supplier = $code end
    group by all order by supplier, period_end desc, source, status
"""


def print_calendar(settings: Settings, municipality: str | None, console: Console | None = None) -> None:
    """For all: a count for each supplier and what is owed. For one municipality: every expected file."""
    console = console or table_console()
    if municipality:
        console.print(f"Delivery calendar of {municipality} {known_municipality(settings, municipality)}", highlight=False)
    else:
        console.print(_summary(ask_release(settings, _COUNTS)))
    lines = ask_release(settings, _LINES, {"code": municipality})
    if lines:
        console.print(_table(lines))
    else:
        console.print("Nothing is expected of this municipality." if municipality else "Nothing is owed: everything that was due has come.")


def _summary(counts: list[dict[str, Any]]) -> Table:
    table = Table(box=None, title="Expected files, by supplier", title_justify="left")
    table.add_column("supplier")
    for word in STATUS_WORDS.values():
        table.add_column(word, justify="right")
    for supplier in dict.fromkeys(row["supplier"] for row in counts):
        found = {row["status"]: row["files"] for row in counts if row["supplier"] == supplier}
        table.add_row(supplier, *(str(found.get(status, "")) for status in STATUS_WORDS))
    return table


def _table(lines: list[dict[str, Any]]) -> Table:
    table = Table(box=None)
    for title in ("supplier", "source", "period to", "due", "status", "received", "what"):
        is_day = title in ("period to", "due", "received")
        table.add_column(title, min_width=10 if is_day else None, no_wrap=is_day or title == "supplier", overflow="fold")
    for line in lines:
        source = line["source"] if line["extract"] == "*" else f"{line['source']} ({line['extract']})"
        status = STATUS_WORDS[line["status"]]
        if line["days_late"]:
            status += f" by {line['days_late']} days"
        if line["is_superseded"]:
            status += ", corrected since"
        cells = (_day(line["period_end"]), _day(line["due_date"]), status, _day(line["first_received_date"]), line["entities"])
        table.add_row(line["supplier"], source, *cells)
    return table


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
