"""Cells of the CSV files that people open in a spreadsheet.

Belongs here: what keeps such a cell harmless. Does not belong here: what the files say.
"""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide signs of East Asian keyboards too


def harmless(value: object) -> object:
    """The value as a cell; a text that a spreadsheet would take for a formula is marked as text, nothing is an empty cell."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value[:1] in _STARTS else value
