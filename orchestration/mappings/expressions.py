"""Regular expressions of mappings: run by one engine that takes a time in proportion to the text, whoever wrote the expression.

Belongs here: whether an expression can be run, and whether a text matches. Does not belong here: what it is held against.
"""

from __future__ import annotations

import duckdb


def problem(pattern: str) -> str | None:
    """What is wrong with an expression, ``None`` where nothing is."""
    try:
        duckdb.cursor().execute("SELECT regexp_full_match('', ?)", [pattern]).fetchall()
    except duckdb.Error as error:
        return f"not a regular expression that can be run ({str(error).rpartition(': ')[2].strip()})"
    return None


def matches_whole(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    return duckdb.cursor().execute("SELECT regexp_full_match(?, ?)", [text, pattern]).fetchone()[0]
