"""One audience's release: a DuckDB file that BI drivers can open and a Parquet file for each table.

Belongs here: copying what the allow-list names, ordered and re-keyed. Does not belong here: deciding what may go out (``audience``),
looking at the result (``verify``), making it the current one (``publish``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.releasing import rekey
from orchestration.releasing.audience import Audience, Mart, ReleasedTable, check_against, read_marts
from orchestration.settings import Settings

STORAGE_VERSION = "v1.0.0"  # the oldest that 1.x writes: drivers from DuckDB 1.0 on read it
BUILD = "warehouse"  # the name that the views of a build use for themselves


@contextlib.contextmanager
def open_build(settings: Settings, warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the build attached read-only as ``warehouse``."""
    con = duckdb.connect(config={"threads": settings.threads, "memory_limit": settings.memory_limit, "temp_directory": str(settings.work)})
    try:
        con.execute(f"attach {text(warehouse)} as {BUILD} (read_only)")
        yield con
    finally:
        con.close()


def write_release(con: duckdb.DuckDBPyConnection, audience: Audience, secret: bytes, folder: Path) -> None:
    """Write ``<audience>.duckdb`` and ``parquet/<audience>/*.parquet`` into an empty folder."""
    marts = read_marts(con, BUILD)
    check_against(audience, marts)
    map_keys(con, audience, marts, secret)
    parquet = folder / "parquet" / audience.name
    parquet.mkdir(parents=True)
    con.execute(f"attach {text(folder / f'{audience.name}.duckdb')} as release (storage_version '{STORAGE_VERSION}')")
    try:
        for table in audience.tables:
            mart = marts[table.name]
            con.execute(_create_sql(table, mart))
            con.execute(f"insert into release.main.{table.name} select * from ({selection(table, mart)}) order by all")
            for comment in _comments(table, mart):
                con.execute(comment)
            con.execute(f"copy release.main.{table.name} to {text(parquet / f'{table.name}.parquet')} (format parquet, compression zstd)")
        con.execute("checkpoint release")
    finally:
        con.execute("detach release")


def map_keys(con: duckdb.DuckDBPyConnection, audience: Audience, marts: dict[str, Mart], secret: bytes) -> None:
    """Make ``temp.rekey_map``: every key of the released tables with the audience's own. Each distinct key is hashed once."""
    sources = [
        f"select {column} as old from {BUILD}.{marts[t.name].schema}.{t.name}"
        for t in audience.tables
        for column, treatment in t.columns.items()
        if treatment == "rekey"
    ]
    rekey.create_map(con, " union ".join(sources) or "select null::uuid as old where false", secret)


def selection(table: ReleasedTable, mart: Mart) -> str:
    """The query that gives a released table from the build: named columns, mapped keys, the rows that the allow-list lets through."""
    columns, joins = [], []
    for number, column in enumerate(_in_order(table, mart)):
        if table.columns[column] == "rekey":
            columns.append(f"k{number}.new as {column}")
            joins.append(f"left join {rekey.MAP} k{number} on k{number}.old = t.{column}")
        else:
            value = f"t.{column}"
            columns.append(f"{rekey.as_text(value)} as {column}" if mart.columns[column].sql_type == rekey.KEY_TYPE else value)
    where = (
        f"(select * from {BUILD}.{mart.schema}.{table.name} where {table.rows})" if table.rows else f"{BUILD}.{mart.schema}.{table.name}"
    )
    return " ".join([f"select {', '.join(columns)} from {where} t", *joins])


def _in_order(table: ReleasedTable, mart: Mart) -> list[str]:
    """The released columns in the mart's own order, so that keys come first."""
    return [name for name in mart.columns if name in table.columns]


def _create_sql(table: ReleasedTable, mart: Mart) -> str:
    lines = []
    for name in _in_order(table, mart):
        column = mart.columns[name]
        sql_type = rekey.TEXT_TYPE if column.sql_type == rekey.KEY_TYPE else column.sql_type
        lines.append(f"{name} {sql_type}" + ("" if column.is_nullable else " not null"))
    if mart.primary_key and set(mart.primary_key) <= set(table.columns):
        lines.append(f"primary key ({', '.join(mart.primary_key)})")
    return f"create table release.main.{table.name} ({', '.join(lines)})"


def _comments(table: ReleasedTable, mart: Mart) -> list[str]:
    target = f"release.main.{table.name}"
    statements = [f"comment on table {target} is {text(mart.comment)}"] if mart.comment else []
    for name in table.columns:
        if comment := mart.columns[name].comment:
            statements.append(f"comment on column {target}.{name} is {text(comment)}")
    return statements


def text(value: object) -> str:
    """A SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"
