"""Models of dbt run on hand-made rows: their compiled SQL on an in-memory database, without a night around it.

Belongs here: compiling the project, and running a few models in order on tables of the same names and types as in a build.
Does not belong here: which rows are fed in and what must come out (the tests that use it).

Keys are told by what they are made of, as in dbt's unit tests: ``A`` stands for the key over A.

The marts describe the project's own as-of date (``dbt_project.yml``), so that the parsed project of the checkout serves.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml
from homes import settings_of

from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.dbt_project import target_folder
from orchestration.warehouse.dbt_run import parse
from orchestration.warehouse.raw_schema import create_raw_schema

Rows = Iterable[Mapping[str, Any]]
_DATABASE = "warehouse"  # the name that compiled SQL gives the build's file
_CONFIG = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
AS_OF = dt.date.fromisoformat(_CONFIG["vars"]["as_of_date"])


def compile_project(folder: Path, variables: Mapping[str, Any] | None = None) -> dict[str, dict]:
    """Every model with its SQL, and every seed, as dbt knows them, by unique id; with other ``variables`` of dbt than the project's."""
    settings = settings_of(folder / "home")
    parse(settings)
    target = target_folder(settings)
    places = ["--project-dir", PROJECT_ROOT, "--profiles-dir", PROJECT_ROOT, "--target-path", target, "--log-path", target]
    command = [sys.executable, "-m", "dbt.cli.main", "compile", "--quiet", "--no-introspect", "--no-populate-cache"]
    command += ["--select", "resource_type:model", *map(str, places)]
    command += ["--vars", json.dumps(dict(variables))] if variables else []
    environment = {**os.environ, "FJERNLYS_BUILD_FILE": str(target / "unused" / f"{_DATABASE}.duckdb")}
    (target / "unused").mkdir(exist_ok=True)
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    return {key: node for key, node in nodes.items() if node["resource_type"] in ("model", "seed")}


class CompiledModels:
    """A database with an empty ``raw`` schema, the seeds, and ``models`` with all that they read, ready to run again and again.

    ``nodes`` is the project (the fixture ``compiled``). ``given`` names models whose rows the test feeds in; they and what stands before
    them are not run.
    """

    def __init__(self, nodes: Mapping[str, dict], folder: Path, models: Sequence[str], given: Sequence[str] = ()) -> None:
        self._nodes = nodes
        by_name = {node["name"]: key for key, node in self._nodes.items()}
        self._given = {by_name[name] for name in given}
        self._order = self._needed([by_name[name] for name in models], self._given)
        self.con = duckdb.connect(":memory:")
        self.con.execute(f"attach ':memory:' as {_DATABASE}")
        self.con.execute(f"use {_DATABASE}")
        create_raw_schema(self.con, settings_of(folder / "home"), as_of=AS_OF)
        for schema in {node["schema"] for node in self._nodes.values()}:
            self.con.execute(f'create schema if not exists "{schema}"')
        for node in self._nodes.values():
            if node["resource_type"] == "seed":
                self._load_seed(node)
        self._make_inputs_tables()

    def run(self, rows: Mapping[str, Rows]) -> duckdb.DuckDBPyConnection:
        """Feed ``rows`` (by ``schema.table``; columns left out are NULL, tables left out are empty) and run the models on them."""
        for name in self._inputs:
            self.con.execute(f"delete from {name}")
        for name, values in rows.items():
            if name not in self._inputs:
                raise KeyError(f"{name} is no input: {', '.join(sorted(self._inputs))}")
            self._insert(name, list(values))
        for key in self._order:
            self._create(key, "table")
        return self.con

    def _needed(self, wanted: Iterable[str], given: set[str]) -> list[str]:
        """The models that must be run for ``wanted`` where the rows of ``given`` are fed in, each after those it reads."""
        order: dict[str, None] = {}

        def visit(key: str) -> None:
            node = self._nodes.get(key)
            if node is None or node["resource_type"] != "model" or key in order:
                return
            for upstream in () if key in given else node["depends_on"]["nodes"]:
                visit(upstream)
            if key not in given:
                order[key] = None

        for key in wanted:
            visit(key)
        return list(order)

    def _make_inputs_tables(self) -> None:
        """What is fed in has the columns and types that a build has: the views of ``raw`` and the given models, run once on nothing."""
        found = self.con.execute(
            "select table_schema || '.' || table_name from information_schema.tables where table_catalog = ? and table_schema = 'raw'",
            [_DATABASE],
        ).fetchall()
        self._inputs = {name for (name,) in found}
        before_given = self._needed(sorted(self._given), set())
        for key in before_given:
            self._create(key, "table")
        for name in sorted(self._inputs):
            self._freeze(name)
        for key in sorted(self._given):
            node = self._nodes[key]
            name = f"{node['schema']}.{node['name']}"
            self._freeze(name)
            self._inputs.add(name)
        for key in set(before_given) - self._given:
            self.con.execute(f"drop table {self._nodes[key]['schema']}.{self._nodes[key]['name']}")

    def _freeze(self, name: str) -> None:
        """An empty table in the place of a view (or table) of that name."""
        kind = self.con.execute(
            "select table_type from information_schema.tables where table_catalog = ? and table_schema || '.' || table_name = ?",
            [_DATABASE, name],
        ).fetchone()[0]
        self.con.execute(f"create temp table frozen as select * from {name} limit 0")
        self.con.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name}")
        self.con.execute(f"create table {name} as select * from frozen")
        self.con.execute("drop table temp.frozen")

    def _create(self, key: str, kind: str) -> None:
        node = self._nodes[key]
        self.con.execute(f'create or replace {kind} "{node["schema"]}"."{node["name"]}" as {node["compiled_code"]}')

    def _load_seed(self, node: dict) -> None:
        path = PROJECT_ROOT / node["original_file_path"]
        types = node["config"].get("column_types")
        told, options = (", types = ?", [types]) if types else ("", [])
        self.con.execute(
            f'create or replace table "{node["schema"]}"."{node["name"]}" as select * from read_csv(?, header = true{told})',
            [str(path), *options],
        )

    def _insert(self, name: str, rows: list[Mapping[str, Any]]) -> None:
        if not rows:
            return
        columns = sorted({column for row in rows for column in row})
        self.con.register("fed", pa.Table.from_pylist([{column: row.get(column) for column in columns} for row in rows]))
        types = dict(self.con.execute(f"select column_name, column_type from (describe {name})").fetchall())
        values = (f"cast(md5({column}) as uuid) as {column}" if types[column] == "UUID" else column for column in columns)
        self.con.execute(f"insert into {name} by name select {', '.join(values)} from fed")
        self.con.unregister("fed")
