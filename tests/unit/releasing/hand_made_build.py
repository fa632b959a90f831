"""A hand-made build with every mart that the models promise, three rows each, and a release of it.

Belongs here: making it. Does not belong here: fixtures (``conftest``) and assertions.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from orchestration.releasing.audience import Audience, load_audience
from orchestration.releasing.rekey import audience_secret
from orchestration.releasing.write import open_build, write_release
from orchestration.settings import PROJECT_ROOT, Settings

KEY = bytes(range(32))
_SCHEMAS = {"shared": "marts/shared", "dwellings": "marts/dwellings", "households": "marts/households", "indicators": "marts/indicators"}
_VALUES = {
    "varchar": "'{table}.{column} ' || n",
    "date": "date '2024-01-01' + n::integer",
    "timestamp": "timestamp '2024-01-01' + n * interval 1 day",
    "boolean": "n % 2 = 0",
    "integer": "n",
    "bigint": "n",
}
# What the rows of the allow-lists ask for.
_GIVEN = {
    "indicator_id": "'vacancy_rate'",
    "breakdown": "'none'",
    "source": "'municipal'",
    "entity": "'dwelling'",
}


@dataclass(frozen=True)
class Made:
    """A build on disk and where its releases go."""

    settings: Settings
    warehouse: Path
    folder: Path

    def write(self, name: str, folder: Path | None = None) -> Audience:
        """Write one audience's release."""
        audience = load_audience(name)
        with open_build(self.settings, self.warehouse) as con:
            write_release(con, audience, audience_secret(KEY, name), folder or self.folder)
        return audience


@functools.cache
def mart_columns() -> dict[tuple[str, str], dict[str, str]]:
    """Schema and name of every mart with its columns and types, as the models promise."""
    folders = {**_SCHEMAS, "quality": "quality"}
    marts = {}
    for schema, folder in folders.items():
        for path in sorted((PROJECT_ROOT / "models" / folder).rglob("*.yml")):
            for model in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("models", []):
                marts[schema, model["name"]] = {c["name"]: c["data_type"] for c in model["columns"]}
    return marts


def make_warehouse(file: Path, canary: dict[str, str] | None = None) -> None:
    """Every mart with three rows; ``canary`` gives another text for a column, by table and column."""
    with duckdb.connect(str(file)) as con:
        con.execute("create schema raw; create table raw.municipal__tenancy as select md5('holder') as contract_holder_pseudonym")
        for (schema, table), columns in mart_columns().items():
            con.execute(f"create schema if not exists {schema}")
            fields = ", ".join(f"({_value(table, name, kind, canary or {})})::{kind} as {name}" for name, kind in columns.items())
            con.execute(f"create table {schema}.{table} as select {fields} from range(1, 4) t(n)")
            con.execute(f"comment on table {schema}.{table} is 'About {table}'")
            first = next(iter(columns))
            con.execute(f"comment on column {schema}.{table}.{first} is 'About {first}'")


def _value(table: str, column: str, kind: str, canary: dict[str, str]) -> str:
    if (text := canary.get(f"{table}.{column}")) is not None:
        return f"'{text}'"
    if kind == "uuid":
        return f"md5('{column} ' || n)"
    if column in _GIVEN and kind == "varchar":
        return _GIVEN[column]
    return _VALUES.get(kind, "n").format(table=table, column=column)
