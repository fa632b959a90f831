"""The console that commands print tables on.

Belongs here: its width and style. Does not belong here: how a night shows itself while it runs (``console``), or any table.
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
