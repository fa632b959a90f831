"""``fjernlys query``: the answer to one query on the current release, as a table for the eye, or whole as CSV or JSON.

Belongs here: running what somebody wrote, and how the answer is shown. Does not belong here: fixed questions (``released``).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.released import open_release
from orchestration.settings import Settings, UserError
from orchestration.spreadsheet import harmless
from orchestration.terminal import row_count, table_console, thousands

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

FORMATS = ("table", "csv", "json")
_MOST_ROWS = 200
_MOST_COLUMNS = 14
_SIDE_BY_SIDE = 5
_FETCHED = 1_000
_EXAMPLE = "fjernlys query 'select * from dim_build'"


def print_query(settings: Settings, sql: str, audience: str, form: str, limit: int | None) -> None:
    """Run one query. A table without a limit is cut for the eye, and says so; CSV and JSON are whole unless ``limit`` cuts them."""
    import duckdb

    if form not in FORMATS:
        raise UserError(f"--format: '{form}' is not a format. Write one of {', '.join(FORMATS)}.")
    with open_release(settings, audience) as con:
        try:
            answer = _ask(con, sql)
            if form == "table":
                _print_table(con, sql, answer, limit)
            else:
                rows = islice(_rows(answer), limit or None)
                for line in _csv(answer.columns, rows) if form == "csv" else _json(answer.columns, rows):
                    typer.echo(line)
        except duckdb.Error as error:
            raise UserError(f"The query cannot be run: {_first_lines(error)}") from None


def _ask(con: DuckDBPyConnection, sql: str) -> DuckDBPyRelation:
    """The answer before any row of it is made."""
    statements = con.extract_statements(sql)
    if not statements:
        raise UserError(f"The query is empty. Write one in quotation marks, such as: {_EXAMPLE}")
    if len(statements) > 1:
        raise UserError(f"These are {len(statements)} statements with semicolons between. Write one query at a time.")
    answer = con.sql(statements[0])
    if answer is None:
        raise UserError(f"The statement has no answer to show. Write a query, such as: {_EXAMPLE}")
    return answer


def _rows(answer: DuckDBPyRelation) -> Iterator[tuple]:
    while some := answer.fetchmany(_FETCHED):
        yield from some


def _print_table(con: DuckDBPyConnection, sql: str, answer: DuckDBPyRelation, limit: int | None) -> None:
    is_wide = len(answer.columns) > _MOST_COLUMNS
    most = (_SIDE_BY_SIDE if is_wide else _MOST_ROWS) if limit is None else limit
    found = list(islice(_rows(answer), most + 1 if most else None))
    rows = found[: most or None]
    console = table_console()
    if is_wide:
        for first in range(0, len(rows), _SIDE_BY_SIDE):
            _print_records(console, answer.columns, rows, first)
    elif rows:
        console.print(_as_table(answer.columns, rows))
    if len(found) > len(rows):
        console.print(f"{thousands(len(rows))} of {row_count(_ask(con, sql).shape[0])}; --limit 0 shows all")
    else:
        console.print(row_count(len(rows)))


def _as_table(columns: list[str], rows: list[tuple]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for number, column in enumerate(columns):
        is_number = any(isinstance(row[number], int | float | Decimal) for row in rows[:20])
        table.add_column(escape(column), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _print_records(console: Console, columns: list[str], rows: list[tuple], first: int) -> None:
    """Many columns and a line for each: a few rows side by side, with their numbers above."""
    shown = rows[first : first + _SIDE_BY_SIDE]
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("column")
    for number in range(first + 1, first + len(shown) + 1):
        table.add_column(f"row {thousands(number)}", overflow="fold")
    for number, column in enumerate(columns):
        table.add_row(escape(column), *(_cell(row[number]) for row in shown))
    console.print(table)


def _cell(value: object) -> str:
    """An empty text is an empty cell; nothing known is said."""
    return "[dim]NULL[/]" if value is None else escape(str(value))


def _csv(columns: list[str], rows: Iterator[tuple]) -> Iterator[str]:
    """Semicolons between; a cell that a spreadsheet would take for a formula is marked as text."""
    for row in chain([columns], rows):
        line = io.StringIO()
        csv.writer(line, delimiter=";", lineterminator="").writerow(map(_csv_cell, row))
        yield line.getvalue()


def _csv_cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else harmless(value)


def _json(columns: list[str], rows: Iterator[tuple]) -> Iterator[str]:
    """A list with an object for each row, one on a line."""
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise UserError(f"--format json: two columns are called '{twice[0]}'. Give each a name of its own with as.")
    yield "["
    before = None
    for row in rows:
        if before is not None:
            yield before + ","
        before = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=_plain)
    yield from () if before is None else (before,)
    yield "]"


def _plain(value: object) -> int | float | str:
    """What JSON has no kind for: decimals are numbers, days are text such as 2025-12-31."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _first_lines(error: Exception) -> str:
    """What is wrong and what was meant, without the copy of the query."""
    lines = str(error).split("\n\n")[0].splitlines()
    return " ".join(line.strip() for line in lines[:2] if not line.startswith("LINE "))
