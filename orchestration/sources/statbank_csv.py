"""Tables of StatBank saved as text (CSV), with a small description beside them: the same tables as ``json_stat`` reads.

Belongs here: the form of the description, finding the header, one figure or symbol from each cell of text. Does not belong here: tables
as the interface answers them (``json_stat``) and what the figures mean.

Long files have one figure on a line, wide ones a column for each combination that their headings tell. Which column is which dimension
stands in the description and is never guessed; only the delimiter (semicolon, tab or comma) and the encoding (UTF-8 or ISO 8859-1) are.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from orchestration.mappings.document import read_document
from orchestration.settings import PROJECT_ROOT, UserError
from orchestration.sources.json_stat import SYMBOLS, Dimension, Table
from orchestration.sources.records import RecordProblem

DESCRIPTION = "table.yml"
MAX_CELLS = 1_000_000  # the interface gives at most 800 000 in an answer
_CELL, _DESCRIPTION = "F033", "F034"  # rules: a cell cannot be read; the description is wrong or does not fit the file
_DELIMITERS = (";", "\t", ",")
_SPACES = re.compile("[ \u00a0\u2007\u202f]")
_LARGEST_FIELD = 1_000_000


@dataclass(frozen=True)
class _Header:
    """Where the table begins: its line, the delimiter, the columns of dimensions, and what each column of figures tells."""

    line: int
    delimiter: str
    labels: dict[str, int]
    figures: dict[int, dict[str, str]]
    names: tuple[str, ...]


def read_description(path: Path) -> dict[str, Any]:
    """The description of a table, held against its schema."""
    try:
        document = read_document(path)
        for error in jsonschema.Draft202012Validator(_schema()).iter_errors(document.data):
            right = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
            document.wrong(tuple(error.absolute_path), f"{error.message}. {right}".strip())
        document.raise_problems()
        _check_dimensions(document)
        document.raise_problems()
    except UserError as error:
        reason = "; ".join(line.replace(f"{path}", DESCRIPTION) for line in str(error).splitlines())
        raise RecordProblem(_DESCRIPTION, None, f"is described wrongly: {reason}") from None
    return document.data


@cache
def _schema() -> dict:
    return json.loads((PROJECT_ROOT / "contracts" / "statbank_table.v1.schema.json").read_text(encoding="utf-8"))


def _check_dimensions(document: Any) -> None:
    """Each dimension is told in one place: by a column, by the headings, or once for the whole file."""
    headings = document.data["figures"].get("headings")
    try:
        told = set(re.compile(headings).groupindex) if headings else set()
    except re.error:
        document.wrong(("figures", "headings"), "must be a regular expression such as '(?P<Tid>[0-9]{4})'")
        return
    dimensions = document.data["dimensions"]
    for name in sorted(told - dimensions.keys()):
        document.wrong(("figures", "headings"), f"the group {name} must be one of the dimensions")
    for name, dimension in dimensions.items():
        if sum((name in told, "column" in dimension, "constant" in dimension)) != 1:
            document.wrong(
                ("dimensions", name), "must have column, constant or a group of its name in figures.headings, and only one of them"
            )
    for role in ("geo", "time", "metric"):
        if sum(d.get("role") == role for d in dimensions.values()) > 1:
            document.wrong(("dimensions",), f"only one dimension may have the role {role}")


def read_table(content: bytes, description: dict[str, Any]) -> Table:
    """The table in a file. Raises ``RecordProblem`` that names line and column."""
    csv.field_size_limit(_LARGEST_FIELD)
    lines = [line.rstrip("\r") for line in _text(content).split("\n")]
    header = _header(lines, description)
    names = list(description["dimensions"])
    codes: dict[str, dict[str, None]] = {name: {} for name in names}
    found: dict[tuple[str, ...], tuple[Decimal | None, str | None, int]] = {}
    metric = next((d for d in description["dimensions"].values() if d.get("role") == "metric"), {})
    contents_labels = {code: text for text, code in metric.get("codes", {}).items()}
    for line, row in _rows(lines, header):
        fixed = _fixed(line, row, header, description, contents_labels)
        for position, told in header.figures.items():
            key = tuple(told.get(name) or fixed[name] for name in names)
            if key in found:
                raise RecordProblem(_CELL, line, f"column '{header.names[position]}': the cell stands on line {found[key][2]} already")
            found[key] = (*_figure(line, header.names[position], row[position], description.get("decimal", ".")), line)
            for name, code in zip(names, key, strict=True):
                codes[name][code] = None
    if not found:
        raise RecordProblem("F004", None, "has no lines below its header")
    count = math.prod(len(own) for own in codes.values())
    if count > MAX_CELLS:
        raise RecordProblem(_DESCRIPTION, None, f"would make {count} cells of {len(found)} figures; at most {MAX_CELLS} are read")
    cells = [found.get(key, (None, None, 0)) for key in itertools.product(*codes.values())]
    units = {code: (unit["unit"], unit["decimals"]) for code, unit in description.get("units", {}).items()}
    roles = {d["role"]: name for name, d in description["dimensions"].items() if "role" in d}
    told_of_metric = (contents_labels, units)
    return Table(
        table_id=description["table_id"],
        label=description["title"],
        updated=description.get("updated") or "",
        dimensions=tuple(
            Dimension(name, tuple(own), *(told_of_metric if name == roles.get("metric") else ({}, {}))) for name, own in codes.items()
        ),
        geo=roles.get("geo"),
        time=roles.get("time"),
        metric=roles.get("metric"),
        values=[value for value, _, _ in cells],
        status={number: symbol for number, (_, symbol, _) in enumerate(cells) if symbol},
    )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _header(lines: list[str], description: dict[str, Any]) -> _Header:
    """The first line that has all columns of the description; what stands above it (a title) is not read."""
    dimensions, figures = description["dimensions"], description["figures"]
    labels = {d["column"] for d in dimensions.values() if "column" in d}
    needed = labels | ({figures["column"]} if "column" in figures else set())
    for number, line in enumerate(lines, 1):
        for delimiter in _DELIMITERS:
            names = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter), []))
            if not needed or not needed <= set(names):
                continue
            told = _told(number, names, labels, description)
            return _Header(number, delimiter, {name: names.index(name) for name in labels}, told, names)
    should = f"no line has the columns {', '.join(sorted(needed))}; write their names in {DESCRIPTION} as they stand in the file"
    raise RecordProblem("F007", None, should)


def _told(number: int, names: tuple[str, ...], labels: set[str], description: dict[str, Any]) -> dict[int, dict[str, str]]:
    """For each column of figures the codes that its heading tells, by dimension."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RecordProblem("F008", number, f"the column {', '.join(twice)} stands more than once")
    figures = description["figures"]
    if "column" in figures:
        if unknown := [i for i, name in enumerate(names, 1) if name not in labels | {figures["column"]}]:
            raise RecordProblem("F008", number, f"column {', '.join(map(str, unknown))} is in no dimension of {DESCRIPTION}; name it there")
        return {names.index(figures["column"]): {}}
    told = {}
    for i, name in enumerate(names):
        if name in labels:
            continue
        match = re.fullmatch(figures["headings"], name)
        if match is None:
            raise RecordProblem("F008", number, f"column {i + 1} does not follow figures.headings of {DESCRIPTION}; correct one of them")
        told[i] = {d: _code(number, d, description["dimensions"][d], text)[0] for d, text in match.groupdict().items()}
    if not told:
        raise RecordProblem("F007", number, f"no column follows figures.headings of {DESCRIPTION}")
    return told


def _rows(lines: list[str], header: _Header):
    """Lines below the header that hold anything, with their numbers. A field with a line break in it is not read."""
    for number, line in enumerate(lines[header.line :], header.line + 1):
        if not line.strip():
            continue
        row = [cell.strip() for cell in next(csv.reader([line], delimiter=header.delimiter))]
        if line.count('"') % 2 or len(row) != len(header.names):
            raise RecordProblem(_CELL, number, f"the line has {len(row)} columns, the header has {len(header.names)}; save the table again")
        yield number, row


def _fixed(line: int, row: list[str], header: _Header, description: dict[str, Any], contents_labels: dict[str, str]) -> dict[str, str]:
    """Codes that a line tells of all its cells, by dimension."""
    codes = {}
    for name, dimension in description["dimensions"].items():
        if "constant" in dimension:
            codes[name], label = dimension["constant"], ""
        elif "column" in dimension:
            codes[name], label = _code(line, name, dimension, row[header.labels[dimension["column"]]])
        else:
            continue
        if dimension.get("role") == "metric":
            contents_labels.setdefault(codes[name], label)
    return codes


def _code(line: int, name: str, dimension: dict[str, Any], text: str) -> tuple[str, str]:
    """Code and label of a text, as the description says: by the list, the first word, or the text itself."""
    if "codes" in dimension:
        if text not in dimension["codes"]:
            raise RecordProblem(_DESCRIPTION, line, f"the text of {name} is not among its codes in {DESCRIPTION}; name it there")
        return dimension["codes"][text], text
    code, _, label = text.partition(" ") if dimension.get("text") == "code_and_label" else (text, "", "")
    if not code:
        raise RecordProblem(_CELL, line, f"{name} is empty; every figure needs it")
    return code, label.strip()


def _figure(line: int, column: str, text: str, decimal: str) -> tuple[Decimal | None, str | None]:
    """Figure or symbol of a cell; an empty one has neither."""
    if text in ("", *SYMBOLS):
        return None, text or None
    plain = _SPACES.sub("", text)
    if not re.fullmatch(rf"[-−]?[0-9]+({re.escape(decimal)}[0-9]+)?", plain):
        right = f"write a figure with '{decimal}' before its decimals, or say decimal in {DESCRIPTION}; the signs are {' '.join(SYMBOLS)}"
        raise RecordProblem(_CELL, line, f"column '{column}': is neither a figure nor a sign of StatBank; {right}")
    return Decimal(plain.replace("−", "-").replace(decimal, ".")), None
