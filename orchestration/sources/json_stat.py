"""Tables in JSON-stat 2, as StatBank answers: cells in a row-major list, with symbols beside those that hold no plain figure.

Belongs here: cutting an answer into cells, and saying what is wrong with one that cannot be cut.
Does not belong here: what the figures mean.

A figure keeps the digits it came with: numbers are never read as binary fractions. A cell without a figure stays without one.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# Statistics Norway's signs in tables; the figure of a cell that carries one of the first four is not there.
NO_FIGURE = (".", "..", "...", ":")
SYMBOLS = (*NO_FIGURE, "-", "*", "|")


class NoTable(ValueError):
    """The document is not a whole table in JSON-stat 2. The message says what is wrong and shows no figure."""


@dataclass(frozen=True)
class Dimension:
    """A dimension with its codes in order, and what the codes are called and measured in."""

    name: str
    codes: tuple[str, ...]
    labels: dict[str, str]
    units: dict[str, tuple[str | None, int | None]]


@dataclass(frozen=True)
class Table:
    """A table: dimensions, and one figure and one symbol (or none) for each combination of codes, the last dimension running fastest."""

    table_id: str
    label: str
    updated: str
    dimensions: tuple[Dimension, ...]
    geo: str | None
    time: str | None
    metric: str | None
    values: Sequence[Any]
    status: dict[int, str]

    def dimension(self, name: str) -> Dimension:
        """The dimension of that name."""
        return next(d for d in self.dimensions if d.name == name)

    def cells(self) -> Iterator[tuple[tuple[str, ...], str | None, str | None]]:
        """Codes in the order of the dimensions, figure as text, symbol."""
        for number, codes in enumerate(itertools.product(*(d.codes for d in self.dimensions))):
            yield codes, _figure(self.values[number]), self.status.get(number)


def read_table(content: bytes) -> Table:
    """Read a table. Raises ``NoTable`` where a part is missing or the cells are not as many as the sizes say."""
    try:
        return _table(_object(content))
    except (TypeError, AttributeError, KeyError, OverflowError):
        raise NoTable("a part of it has another form than JSON-stat 2 says") from None


def _table(body: dict) -> Table:
    if body.get("class") != "dataset" or not str(body.get("version", "")).startswith("2"):
        raise NoTable("it is no table in JSON-stat 2 (class dataset, version 2.0)")
    names, sizes, described = body.get("id"), body.get("size"), body.get("dimension")
    if not (isinstance(names, list) and isinstance(sizes, list) and isinstance(described, dict) and len(names) == len(sizes) > 0):
        raise NoTable("id, size and dimension do not belong together")
    dimensions = tuple(_dimension(name, described.get(name), size) for name, size in zip(names, sizes, strict=True))
    count = math.prod(len(d.codes) for d in dimensions)
    role = body.get("role") or {}
    px = (body.get("extension") or {}).get("px") or {}
    return Table(
        table_id=str(px.get("tableid") or ""),
        label=str(body.get("label") or ""),
        updated=str(body.get("updated") or ""),
        dimensions=dimensions,
        geo=_role(role, "geo", names),
        time=_role(role, "time", names),
        metric=_role(role, "metric", names),
        values=_values(body.get("value"), count, lambda number: _cell_name(dimensions, number)),
        status=_status(body.get("status"), count),
    )


def _object(content: bytes) -> dict:
    try:
        body = json.loads(content, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NoTable(str(error) if isinstance(error, NoTable) else "it is no JSON in UTF-8, or it was cut") from None
    if not isinstance(body, dict):
        raise NoTable("it is no JSON object")
    return body


def _no_number(text: str) -> None:
    raise NoTable(f"{text} stands where a number should be")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: of a cell that stands twice neither is right."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise NoTable(f"the key {next(key for key in keys if keys.count(key) > 1)[:40]!r} stands twice in one object")
    return found


def _cell_name(dimensions: Sequence[Dimension], number: int) -> str:
    """A cell as people name it: its number from 1, and its code in each dimension."""
    codes, rest = [], number
    for dimension in reversed(dimensions):
        rest, place = divmod(rest, len(dimension.codes))
        codes.append(f"{dimension.name}={dimension.codes[place]}")
    return f"cell {number + 1} ({', '.join(reversed(codes))})"


def _dimension(name: str, body: Any, size: Any) -> Dimension:
    category = body.get("category") if isinstance(body, dict) else None
    if not isinstance(category, dict):
        raise NoTable(f"the dimension {name} is not described")
    labels = {str(code): str(label) for code, label in (category.get("label") or {}).items()}
    index = category.get("index")
    if isinstance(index, dict):
        codes = sorted(index, key=index.__getitem__)
        if sorted(index.values()) != list(range(len(index))):
            raise NoTable(f"the codes of the dimension {name} are not numbered from 0")
    else:
        codes = list(labels) if index is None else [str(code) for code in index]
    if len(codes) != size or len(set(codes)) != size:
        raise NoTable(f"the dimension {name} has {len(codes)} codes, its size is {size}")
    units = {code: (unit.get("base"), unit.get("decimals")) for code, unit in (category.get("unit") or {}).items()}
    return Dimension(name, tuple(codes), labels, units)


def _role(role: dict, kind: str, names: list[str]) -> str | None:
    return next((name for name in role.get(kind) or () if name in names), None)


def _values(body: Any, count: int, cell_name: Callable[[int], str]) -> Sequence[Any]:
    """Dense or sparse: a cell that a sparse answer leaves out has no figure."""
    if isinstance(body, dict):
        if any(not str(key).isdecimal() or int(key) >= count for key in body):
            raise NoTable(f"a figure stands outside the {count} cells of the table")
        body = [body.get(str(number)) for number in range(count)]
    if not isinstance(body, list):
        raise NoTable("the figures are missing")
    if len(body) != count:
        raise NoTable(f"it has {len(body)} figures, its dimensions make {count} cells")
    for number, value in enumerate(body):
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, Decimal))):
            raise NoTable(f"{cell_name(number)} holds something that is no number")
    return body


def _status(body: Any, count: int) -> dict[int, str]:
    """Symbols by cell: one for all, one for each, or only for those that have one."""
    if body is None:
        return {}
    if isinstance(body, str):
        body = [body] * count
    if isinstance(body, list):
        if len(body) != count:
            raise NoTable(f"it has {len(body)} symbols for {count} cells")
        return {number: symbol for number, symbol in enumerate(body) if symbol}
    if not isinstance(body, dict) or any(not key.isdecimal() or int(key) >= count for key in body):
        raise NoTable(f"a symbol stands outside the {count} cells of the table")
    return {int(key): str(symbol) for key, symbol in body.items() if symbol}


def _figure(value: int | Decimal | None) -> str | None:
    return None if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)
