"""Which cells a choice means: expressions become codes, cells are counted, and too many are split into several queries.

Belongs here: codes and counting. Does not belong here: calls.

Expressions are written out before anything is asked, so that the count is right and the query that is kept says what came.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_CALL = re.compile(r"(top|bottom|from|to|range)\( *([^,()]*?) *(?:, *([^,()]*?) *)?\)", re.IGNORECASE)

Query = dict[str, tuple[str, ...]]


class NoSuchCode(ValueError):
    """An expression or a code that the variable does not have."""


def written_out(wanted: Sequence[str], codes: Sequence[str], is_time: bool) -> tuple[str, ...]:
    """The codes that are wanted, each once, in the order of the variable. Upper and lower case are the same, as in the interface."""
    chosen: set[str] = set()
    for expression in wanted:
        found = _matching(expression, codes, is_time)
        if not found:
            raise NoSuchCode(expression)
        chosen.update(found)
    return tuple(code for code in codes if code in chosen)


def _matching(expression: str, codes: Sequence[str], is_time: bool) -> list[str]:
    if call := _CALL.fullmatch(expression.strip()):
        name, first, second = call[1].lower(), call[2], call[3]
        if name in ("top", "bottom"):
            return _ends(name, first, second or "0", list(codes), is_time)
        places = {code.casefold(): place for place, code in enumerate(codes)}
        start = places.get(first.casefold()) if name in ("from", "range") else 0
        end_code = first if name == "to" else second
        end = len(codes) - 1 if name == "from" else places.get((end_code or "").casefold())
        if start is None or end is None or (name == "range") != (second is not None):
            return []
        return list(codes[start : end + 1])
    if "*" in expression or "?" in expression:
        pattern = re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in expression), re.IGNORECASE | re.DOTALL)
        return [code for code in codes if pattern.fullmatch(code)]
    return [code for code in codes if code.casefold() == expression.casefold()]


def _ends(name: str, count: str, offset: str, codes: list[str], is_time: bool) -> list[str]:
    """The first or last codes after some; time runs backwards, so that its top is the newest."""
    if not (count.isdecimal() and offset.isdecimal()):
        return []
    if is_time != (name == "bottom"):
        codes = codes[::-1]
    return codes[int(offset) : int(offset) + int(count)]


def cells(query: Query) -> int:
    """Cells that a query asks for."""
    return math.prod(len(codes) for codes in query.values())


def split(query: Query, limit: int) -> list[Query]:
    """The same cells in queries of at most ``limit`` each: none twice, none left out."""
    if cells(query) <= limit:
        return [query]
    longest = max(query, key=lambda name: len(query[name]))
    if len(query[longest]) == 1:
        return [query]
    size = max(limit * len(query[longest]) // cells(query), 1)
    parts = [query[longest][first : first + size] for first in range(0, len(query[longest]), size)]
    return [smaller for part in parts for smaller in split({**query, longest: part}, limit)]
