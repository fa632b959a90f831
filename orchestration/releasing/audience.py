"""Who gets what: the allow-lists of ``audiences/*.yml`` as typed objects, checked against the marts of a build.

Belongs here: reading and checking an allow-list. Does not belong here: copying (``write``), keys (``rekey``), finding leaks (``verify``).

A column that is not named is not released. A name that the marts do not have is an error, so that a renamed column is noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from orchestration.settings import UserError

FOLDER = Path(__file__).with_name("audiences")
MART_SCHEMAS = ("shared", "dwellings", "households", "indicators", "quality")
TREATMENTS = ("keep", "local_id", "rekey")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class ReleasedTable:
    """One table of a release: which columns, how each is treated and, where not all, which rows (a SQL condition).

    ``keep`` and ``local_id`` are copied as they are (the second says aloud that a supplier's own key goes out),
    ``rekey`` goes through the audience's own keyed hash.
    """

    name: str
    columns: dict[str, str]
    rows: str | None = None


@dataclass(frozen=True)
class Audience:
    """A named audience and everything it may see."""

    name: str
    title_nb: str
    description: str
    tables: tuple[ReleasedTable, ...]

    def table(self, name: str) -> ReleasedTable:
        """The allow-list of one table."""
        return next(t for t in self.tables if t.name == name)


@dataclass(frozen=True)
class Column:
    """A column of a mart as DuckDB knows it."""

    name: str
    sql_type: str
    is_nullable: bool
    comment: str | None


@dataclass(frozen=True)
class Mart:
    """A mart of a build: where it is, its columns and its primary key."""

    schema: str
    name: str
    comment: str | None
    columns: dict[str, Column]
    primary_key: tuple[str, ...]


def audience_names(folder: Path = FOLDER) -> list[str]:
    """Names of the audiences that have an allow-list."""
    return sorted(path.stem for path in folder.glob("*.yml"))


def load_audience(name: str, folder: Path = FOLDER) -> Audience:
    """Read an allow-list and check its form."""
    path = folder / f"{name}.yml"
    if not path.is_file():
        raise UserError(f"There is no audience '{name}'. There are: {', '.join(audience_names(folder))}.")
    body = yaml.safe_load(path.read_text(encoding="utf-8"))
    tables = []
    for table, entry in body["tables"].items():
        columns: dict[str, str] = {}
        for treatment in TREATMENTS:
            for column in entry.get(treatment, []):
                if column in columns:
                    raise UserError(f"{path.name}: {table}.{column} is named twice.")
                columns[column] = treatment
        unknown = set(entry) - {*TREATMENTS, "rows"}
        if unknown:
            raise UserError(f"{path.name}: {table} has the unknown entry '{sorted(unknown)[0]}'.")
        if not columns or not all(_NAME.fullmatch(word) for word in (table, *columns)):
            raise UserError(f"{path.name}: {table} must name columns in small letters, digits and underscores.")
        tables.append(ReleasedTable(table, columns, entry.get("rows")))
    return Audience(name, body["title_nb"], body["description"], tuple(tables))


def read_marts(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, Mart]:
    """Every mart of an attached build by name."""
    tables = con.execute(
        """
        select schema_name, table_name, comment
        from duckdb_tables() where database_name = ? and list_contains(?, schema_name) order by 1, 2
        """,
        [database, list(MART_SCHEMAS)],
    ).fetchall()
    columns = con.execute(
        """
        select schema_name, table_name, column_name, data_type, is_nullable, comment
        from duckdb_columns() where database_name = ? and list_contains(?, schema_name) order by 1, 2, column_index
        """,
        [database, list(MART_SCHEMAS)],
    ).fetchall()
    keys = con.execute(
        """
        select schema_name, table_name, constraint_column_names
        from duckdb_constraints() where database_name = ? and constraint_type = 'PRIMARY KEY'
        """,
        [database],
    ).fetchall()
    primary = {(schema, table): tuple(names) for schema, table, names in keys}
    by_table: dict[tuple[str, str], dict[str, Column]] = {}
    for schema, table, name, sql_type, is_nullable, comment in columns:
        by_table.setdefault((schema, table), {})[name] = Column(name, sql_type, is_nullable, comment)
    marts: dict[str, Mart] = {}
    for schema, table, comment in tables:
        if table in marts:
            raise UserError(f"Two marts are called {table}: in {marts[table].schema} and in {schema}.")
        marts[table] = Mart(schema, table, comment, by_table[schema, table], primary.get((schema, table), ()))
    return marts


def check_against(audience: Audience, marts: dict[str, Mart]) -> None:
    """Refuse an allow-list that names a table or column the build does not have."""
    for table in audience.tables:
        if table.name not in marts:
            raise UserError(f"The allow-list of '{audience.name}' names the table {table.name}, which the build does not have.")
        missing = sorted(set(table.columns) - set(marts[table.name].columns))
        if missing:
            raise UserError(f"The allow-list of '{audience.name}' names {table.name}.{missing[0]}, which the build does not have.")


def left_out(audience: Audience, marts: dict[str, Mart]) -> dict[str, list[str]]:
    """Columns of released marts that this audience does not get, by table."""
    return {t.name: gone for t in audience.tables if (gone := [c for c in marts[t.name].columns if c not in t.columns])}
