"""The files of a release: same rows, own keys, constraints, comments, the same bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hand_made_build import KEY, mart_columns

from orchestration.releasing.audience import load_audience
from orchestration.releasing.rekey import audience_secret


def _open(made, name: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(made.folder / f"{name}.duckdb"), read_only=True)


def _bytes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*.parquet"))}


@pytest.mark.parametrize("name", ["analyst", "property"])
def test_the_file_holds_the_named_tables_and_columns_in_that_order(made, name: str):
    audience = made.write(name)
    with _open(made, name) as con:
        found = con.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() where database_name = ? group by 1", [name]
        ).fetchall()
    promised = {table: columns for (_, table), columns in mart_columns().items()}
    assert dict(found) == {t.name: [c for c in promised[t.name] if c in t.columns] for t in audience.tables}


def test_keys_are_the_audiences_own_and_the_same_in_every_table(made):
    made.write("analyst")
    made.write("property")
    keys = {}
    for name in ("analyst", "property"):
        with _open(made, name) as con:
            dim = {row[0] for row in con.execute("select dwelling_key from dim_dwelling").fetchall()}
            fct = {row[0] for row in con.execute("select dwelling_key from fct_dwelling_month").fetchall()}
        assert dim == fct and len(dim) == 3
        keys[name] = dim
    assert keys["analyst"] & keys["property"] == set()
    with duckdb.connect(str(made.warehouse), read_only=True) as con:
        inner = {row[0] for row in con.execute("select dwelling_key from dwellings.dim_dwelling").fetchall()}
    assert inner & (keys["analyst"] | keys["property"]) == set()


def test_every_key_is_text_of_32_hexadecimal_digits(made):
    audience = made.write("analyst")
    with _open(made, "analyst") as con:
        kinds = {(table, column): kind for (_, table), columns in mart_columns().items() for column, kind in columns.items()}
        keys = [(table.name, column) for table in audience.tables for column in table.columns if kinds[table.name, column] == "uuid"]
        assert len(keys) > 60
        for table, column in keys:
            digits = con.execute(f"select distinct {column} from {table} order by 1").fetchall()
            assert all(re.fullmatch("[0-9a-f]{32}", text) for (text,) in digits), f"{table}.{column}"
        kept = con.execute("select municipality_key from dim_municipality order by 1").fetchall()
        file = made.folder / "parquet" / "analyst" / "dim_municipality.parquet"
        assert con.execute("select municipality_key from read_parquet(?) order by 1", [str(file)]).fetchall() == kept
    assert kept == sorted((hashlib.md5(f"municipality_key {n}".encode(), usedforsecurity=False).hexdigest(),) for n in (1, 2, 3))


def test_constraints_and_comments_come_along(made):
    with duckdb.connect(str(made.warehouse)) as con:
        con.execute("alter table shared.dim_build alter column build_id set not null")
        con.execute("alter table dwellings.dim_dwelling add primary key (dwelling_version_key)")
    made.write("analyst")
    with _open(made, "analyst") as con:
        assert con.execute("select is_nullable from duckdb_columns() where column_name = 'build_id'").fetchall() == [(False,)]
        keys = con.execute("select table_name, constraint_column_names from duckdb_constraints() where constraint_type = 'PRIMARY KEY'")
        assert keys.fetchall() == [("dim_dwelling", ["dwelling_version_key"])]
        assert con.execute("select comment from duckdb_tables() where table_name = 'dim_build'").fetchone() == ("About dim_build",)
        assert con.execute("select comment from duckdb_columns() where column_name = 'build_id'").fetchone() == ("About build_id",)


def test_older_drivers_can_read_it(made):
    made.write("property")
    with _open(made, "property") as con:
        tags = con.execute("select tags from duckdb_databases() where database_name = 'property'").fetchone()[0]
    assert tags["storage_version"] == "v1.0.0+"


def test_only_the_rows_that_the_allow_list_lets_through(made):
    with duckdb.connect(str(made.warehouse)) as con:
        con.execute("update indicators.fct_indicator set indicator_id = 'households' where year = 1")
        con.execute("update indicators.fct_indicator set breakdown = 'dwelling_category' where year = 2")
    made.write("property")
    made.write("analyst")
    with _open(made, "property") as con:
        assert con.execute("select year, indicator_id, breakdown from fct_indicator").fetchall() == [(3, "vacancy_rate", "none")]
    with _open(made, "analyst") as con:
        assert con.execute("select count(*) from fct_indicator").fetchone() == (3,)


def test_the_same_build_gives_the_same_bytes_whatever_the_threads(made, tmp_path: Path):
    made.write("analyst")
    other = tmp_path / "other"
    other.mkdir()
    replace(made, settings=replace(made.settings, threads=1)).write("analyst", other)
    assert _bytes(made.folder) == _bytes(other)
    assert len(_bytes(other)) == len(load_audience("analyst").tables)


def test_another_key_gives_other_keys_and_the_same_other_columns(made, tmp_path: Path):
    assert audience_secret(KEY, "analyst") != audience_secret(bytes(32), "analyst")
    made.write("analyst")
    with _open(made, "analyst") as con:
        assert con.execute("select array_agg(persons order by persons) from fct_population").fetchone() == ([1, 2, 3],)
