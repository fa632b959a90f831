"""``fjernlys describe``: what the tables and columns of the current release mean, in the words that they carry in the database.

Belongs here: listing them, and the way from a misspelt name. Does not belong here: the words (the models' yml files), queries (``query``).
"""

from __future__ import annotations

import difflib

from rich import box
from rich.markup import escape
from rich.table import Table

from orchestration.released import open_release
from orchestration.settings import Settings, UserError
from orchestration.terminal import row_count, table_console, thousands

_TABLES = "select table_name, coalesce(comment, '') from duckdb_tables() where not internal order by table_name"
_COLUMNS = """
    select column_name, data_type, coalesce(comment, '') from duckdb_columns()
    where not internal and table_name = $table order by column_index
"""
_MOST_ALIKE = 5


def print_description(settings: Settings, table: str | None, audience: str) -> None:
    """Every table of an audience's release, or the columns of one."""
    with open_release(settings, audience) as con:
        tables = dict(con.execute(_TABLES).fetchall())
        if table is not None and table not in tables:
            raise UserError(_unknown(table, audience, list(tables)))
        rows = {name: con.sql(f'from "{name}"').shape[0] for name in ([table] if table else tables)}
        columns = con.execute(_COLUMNS, {"table": table}).fetchall()
    console = table_console()
    if table is None:
        console.print(_table(("table", "rows", "description"), [(name, thousands(rows[name]), text) for name, text in tables.items()]))
        return
    console.print(f"[bold]{escape(table)}[/]: {escape(tables[table].strip())} {row_count(rows[table])}.")
    console.print(_table(("column", "type", "description"), columns))


def _unknown(table: str, audience: str, tables: list[str]) -> str:
    """Names that hold the word, or differ in a few letters."""
    holding = [name for name in tables if table.lower() in name]
    alike = list(dict.fromkeys([*holding, *difflib.get_close_matches(table.lower(), tables, _MOST_ALIKE)]))[:_MOST_ALIKE]
    hint = f" Alike: {', '.join(alike)}." if alike else ""
    return f"There is no table '{table}' in the release for {audience}.{hint} All of them: fjernlys describe --audience {audience}"


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for title in titles:
        table.add_column(title, justify="right" if title == "rows" else "left", no_wrap=title != "description", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell.strip()) for cell in row))
    return table
