"""The console that commands print tables on, and numbers on it.

Belongs here: its width and style, how a number is written. Does not belong here: how a night shows itself while it runs (``console``),
any table.
"""

from __future__ import annotations

from rich.console import Console

_WIDTH_WITHOUT_TERMINAL = 160


def table_console() -> Console:
    """The terminal as wide as it is; in a pipe or a log wide enough that no column is cut."""
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console


def thousands(number: int) -> str:
    """A number with spaces between the thousands."""
    return f"{number:,}".replace(",", " ")


def row_count(rows: int) -> str:
    """How many rows, in words that fit the number."""
    return "no rows" if rows == 0 else "1 row" if rows == 1 else f"{thousands(rows)} rows"
