"""Answers of interfaces as lines of cells: tables of StatBank, code lists of Klass, and the query that brought them.

Belongs here: which columns an answer becomes, by the kind of the contract and its entity. Does not belong here: how an interface writes
its answers (``json_stat``, ``statbank_csv``, ``klass``) and what a cell may hold (``arrivals.rules``).

A table saved as text is described by ``table.yml`` in the same folder, which stands in place of the query.

A line is a cell of the table or a row of the list, numbered from 1; there is no header.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from orchestration.sources import json_stat, klass, statbank_csv
from orchestration.sources.records import RecordProblem, Records, Row, cell_text

TABLES = "json_stat"
KINDS = (TABLES, "klass")
MAX_BYTES = 128 * 1024**2
QUERY = "query"
_NOT_WHOLE = "F030"  # rule: no whole answer of the interface
_NOTHING = ("", "", "")
_TABLE_NAME = re.compile(r"statbank_(\d{5})_(preliminary|final)_\d{3}\.(json|csv)")
_CELL = (
    "table_id",
    "dimensions",
    "dimension_labels",
    "region_code",
    "contents_code",
    "contents_label",
    "period",
    "value",
    "status_symbol",
    "unit",
    "decimals",
    "updated_at",
    "vintage",
)


def open_answer(entity: str, path: Path, columns: Iterable[str]) -> Records:
    """The lines of an answer. ``columns`` are those of the contract: what the query tells besides them is not read.

    Raises ``RecordProblem`` where the file is no whole answer.
    """
    if entity == QUERY:
        names = tuple(columns)
        return Records(names, 0, lambda: iter([(1, _query(path, names))]))
    if entity == "cell":
        return Records(_CELL, 0, lambda: _cells(path))
    return Records(klass.COLUMNS[entity], 0, lambda: _numbered(_klass_rows(entity, path)))


def count_lines(entity: str, path: Path, records: Records) -> int:
    """Lines of an answer, read through once: what is wrong with it comes to light here."""
    return len(_table(path)[1].values) if entity == "cell" else sum(1 for _ in records.rows())


def _table(path: Path) -> tuple[str, json_stat.Table]:
    """The table with its vintage."""
    named = _TABLE_NAME.fullmatch(path.name)
    if named is None:
        raise RecordProblem(_NOT_WHOLE, None, f"is not named as a table is: {_TABLE_NAME.pattern}")
    table_id, vintage, form = named.groups()
    table = _saved(path, vintage) if form == "csv" else _answered(path)
    if table.table_id and table.table_id != table_id:
        raise RecordProblem(_NOT_WHOLE, None, f"holds table {table.table_id}, its name says {table_id}")
    return vintage, table


def _answered(path: Path) -> json_stat.Table:
    try:
        return json_stat.read_table(_content(path))
    except json_stat.NoTable as error:
        raise RecordProblem(_NOT_WHOLE, None, f"cannot be used: {error}; fetch it again") from None


def _saved(path: Path, vintage: str) -> json_stat.Table:
    """A table saved as text, through its description."""
    description = path.with_name(statbank_csv.DESCRIPTION)
    if not description.is_file():
        raise RecordProblem("F002", None, f"is text: {statbank_csv.DESCRIPTION}, which says what its columns are, must come with it")
    described = statbank_csv.read_description(description)
    if described["vintage"] != vintage:
        raise RecordProblem(_NOT_WHOLE, None, f"is {vintage} by its name, {statbank_csv.DESCRIPTION} says {described['vintage']}")
    return statbank_csv.read_table(_content(path), described)


def _cells(path: Path) -> Iterator[Row]:
    """The cells of a table. Texts that many cells share are made once."""
    vintage, table = _table(path)
    names = [d.name for d in table.dimensions]
    order = sorted(range(len(names)), key=names.__getitem__)
    named = [{code: _named(d.name, code) for code in d.codes} for d in table.dimensions]
    plain = [{code: cell_text(code) for code in d.codes} for d in table.dimensions]
    region, contents, period = (names.index(role) if role else None for role in (table.geo, table.metric, table.time))
    others = [i for i in order if names[i] not in (table.geo, table.metric, table.time)]
    worded = [{code: _named(d.name, d.labels.get(code)) for code in d.codes} for d in table.dimensions]
    described = _described(table)
    table_id, updated = path.name.split("_")[1], cell_text(table.updated)
    for number, (codes, figure, symbol) in enumerate(table.cells(), 1):
        label, unit, decimals = described.get(codes[contents], _NOTHING) if contents is not None else _NOTHING
        yield (
            number,
            [
                table_id,
                cell_text("{" + ",".join(named[i][codes[i]] for i in order) + "}"),
                cell_text("{" + ",".join(worded[i][codes[i]] for i in others) + "}") if others else "",
                "" if region is None else plain[region][codes[region]],
                "" if contents is None else plain[contents][codes[contents]],
                label,
                "" if period is None else plain[period][codes[period]],
                figure or "",
                cell_text(symbol) if symbol else "",
                unit,
                decimals,
                updated,
                vintage,
            ],
        )


def _content(path: Path) -> bytes:
    """The bytes of an answer; one of the largest that an interface gives has about a tenth of what is read."""
    if path.stat().st_size > MAX_BYTES:
        raise RecordProblem("F025", None, f"is larger than {MAX_BYTES // 1024**2} MB")
    return path.read_bytes()


def _named(name: str, told: str | None) -> str:
    return f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(told, ensure_ascii=False)}"


def _described(table: json_stat.Table) -> dict[str, tuple[str, str, str]]:
    """Label, unit and decimals of each code of what is measured."""
    if table.metric is None:
        return {}
    metric = table.dimension(table.metric)
    units = {code: metric.units.get(code, (None, None)) for code in metric.codes}
    return {code: tuple(map(cell_text, (metric.labels.get(code), *units[code]))) for code in metric.codes}


def _klass_rows(entity: str, path: Path) -> Iterable[tuple[str | None, ...]]:
    try:
        return klass.read_rows(entity, path.name, _content(path))
    except klass.NoCodes as error:
        raise RecordProblem(_NOT_WHOLE, None, f"cannot be used: {error}; fetch it again") from None


def _numbered(rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        yield number, [cell_text(cell) for cell in row]


def _query(path: Path, names: tuple[str, ...]) -> list[str]:
    """What was asked, in one line: lists and objects as JSON."""
    if path.name == statbank_csv.DESCRIPTION:
        return [cell_text(_plain(value)) for value in map(_asked(path).get, names)]
    try:
        body = json.loads(_content(path))
    except (ValueError, RecursionError):
        raise RecordProblem(_NOT_WHOLE, None, "is no JSON in UTF-8, or it was cut; fetch it again") from None
    if not isinstance(body, dict):
        raise RecordProblem(_NOT_WHOLE, None, "is no JSON object; fetch it again")
    return [cell_text(_plain(body.get(name))) for name in names]


def _asked(path: Path) -> dict[str, Any]:
    """The description of saved tables as the query of fetched ones: the cells are those that the dimensions in the files make."""
    described = statbank_csv.read_description(path)
    files = sorted(p for p in path.parent.iterdir() if _TABLE_NAME.fullmatch(p.name) and p.suffix == ".csv")
    cells = sum(len(statbank_csv.read_table(_content(file), described).values) for file in files)
    form = {key: described[key] for key in ("dimensions", "figures")}
    return {**described, "cells": cells, "queries": [{"file": file.name, "body": form} for file in files]}


def asked_for(names: Iterable[str]) -> str | None:
    """What files of a delivery hold, by their names: ``<table>_<vintage>``; ``None`` where they hold several tables or none."""
    named = {"_".join(match.groups()[:2]) for name in names if (match := _TABLE_NAME.fullmatch(name))}
    return named.pop() if len(named) == 1 else None


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, (dict, list)) else value
