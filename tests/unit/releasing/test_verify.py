"""The leak scan finds what must not leave, wherever it stands, and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hand_made_build import KEY, make_warehouse, mart_columns

from orchestration.outcome import Outcome
from orchestration.privacy.national_id import check_digits
from orchestration.releasing.audience import load_audience
from orchestration.releasing.rekey import audience_secret
from orchestration.releasing.verify import verify_release
from orchestration.releasing.write import open_build

CANARY = "canary-7d1f"
RULES = ["release_allow_list", "release_same_as_build", "release_no_national_id", "release_no_canary", "release_no_inner_key"]


def _synthetic_id() -> str:
    """A valid id that belongs to nobody: month + 80."""
    return next(f"018190{n:03d}{digits}" for n in range(100, 999) if (digits := check_digits(f"018190{n:03d}")))


def _verify(made, name: str, canaries: tuple[str, ...] = (CANARY,)) -> dict[str, Outcome]:
    with open_build(made.settings, made.warehouse) as con:
        outcomes = verify_release(con, load_audience(name), audience_secret(KEY, name), made.folder, canaries)
    return {o.rule: o for o in outcomes}


def _change(made, name: str, sql: str) -> None:
    with duckdb.connect(str(made.folder / f"{name}.duckdb")) as con:
        con.execute(sql)


@pytest.mark.parametrize("name", ["analyst", "property"])
def test_a_clean_release_passes_every_rule(made, name: str):
    made.write(name)
    outcomes = _verify(made, name)
    assert list(outcomes) == RULES
    assert [o.rule for o in outcomes.values() if not o.passed] == []


def test_canaries_in_every_column_that_property_must_not_see_stay_inside(made):
    allowed = {(t.name, c) for t in load_audience("property").tables for c in t.columns}
    canary = {
        f"{table}.{column}": f"{CANARY} {table}.{column}"
        for (_, table), columns in mart_columns().items()
        for column, kind in columns.items()
        if kind == "varchar" and (table, column) not in allowed
    }
    assert len(canary) > 80
    made.warehouse.unlink()
    make_warehouse(made.warehouse, canary)
    made.write("property")
    assert all(o.passed for o in _verify(made, "property").values())


@pytest.mark.parametrize("table", [t.name for t in load_audience("property").tables])
def test_a_canary_in_any_property_table_is_found(made, table: str):
    made.write("property")
    text = next(c for c, t in load_audience("property").table(table).columns.items() if t == "keep" and _is_text(table, c))
    _change(made, "property", f"update {table} set {text} = 'x {CANARY} y' where rowid = 1")
    outcomes = _verify(made, "property")
    assert not outcomes["release_no_canary"].passed
    assert outcomes["release_no_canary"].detail == f"found in {table}.{text}"
    assert not outcomes["release_same_as_build"].passed
    assert CANARY not in str(outcomes)


def _is_text(table: str, column: str) -> bool:
    return next(columns[column] for (_, name), columns in mart_columns().items() if name == table) == "varchar"


@pytest.mark.parametrize("form", ["{id}", "number {id}.", "{first} {last}", "a:{id}"])
def test_a_national_id_in_a_text_is_found_and_not_shown(made, form: str):
    number = _synthetic_id()
    made.write("property")
    text = form.format(id=number, first=number[:6], last=number[6:])
    _change(made, "property", f"update dim_dwelling set unit_id = '{text}' where rowid = 0")
    outcome = _verify(made, "property")["release_no_national_id"]
    assert (outcome.passed, outcome.rows, outcome.detail) == (False, 1, "found in dim_dwelling.unit_id")
    assert number not in str(outcome)


@pytest.mark.parametrize("harmless", ["12345678901", "A018190{tail}", "018190"])
def test_what_is_no_id_is_left_alone(made, harmless: str):
    made.write("property")
    _change(made, "property", f"update dim_dwelling set unit_id = '{harmless.format(tail=_synthetic_id()[6:])}' where rowid = 0")
    assert _verify(made, "property")["release_no_national_id"].passed


def test_a_national_id_as_a_number_is_found(made):
    made.write("property")
    _change(made, "property", "alter table fct_indicator alter column numerator type decimal(18, 2)")
    _change(made, "property", f"update fct_indicator set numerator = {int(_synthetic_id()[1:])} where rowid = 0")
    assert _verify(made, "property")["release_no_national_id"].passed, "ten digits are no id"
    number = next(f"418190{n:03d}{d}" for n in range(100, 999) if (d := check_digits(f"418190{n:03d}")))
    _change(made, "property", f"update fct_indicator set numerator = {number} where rowid = 0")
    assert not _verify(made, "property")["release_no_national_id"].passed


def test_a_comment_is_scanned_too(made):
    made.write("property")
    _change(made, "property", f"comment on column dim_date.year is 'See {_synthetic_id()} and {CANARY}'")
    outcomes = _verify(made, "property")
    assert outcomes["release_no_national_id"].detail == "found in comment of dim_date.year"
    assert outcomes["release_no_canary"].detail == "found in comment of dim_date.year"


@pytest.mark.parametrize("value", ["md5('holder')", "md5('dwelling_key 2')", "md5('household_key 1')::uuid"])
def test_pseudonyms_and_inner_keys_are_found(made, value: str):
    made.write("property")
    _change(made, "property", f"update dim_dwelling set unit_id = {value} where rowid = 0")
    assert _verify(made, "property")["release_no_inner_key"].detail == "found in dim_dwelling.unit_id"


def test_a_column_that_is_not_on_the_allow_list_is_refused(made):
    made.write("property")
    _change(made, "property", "alter table dim_dwelling add column category varchar")
    outcomes = _verify(made, "property")
    assert list(outcomes) == ["release_allow_list"]
    assert outcomes["release_allow_list"].detail == "dim_dwelling.category is not on the allow-list"
    assert outcomes["release_allow_list"].is_blocking


def test_a_missing_column_and_a_view_are_refused(made):
    made.write("property")
    _change(made, "property", "create view dim_more as select 1 as x")
    assert not _verify(made, "property")["release_allow_list"].passed
    _change(made, "property", "drop view dim_more; alter table dim_dwelling drop column area_m2")
    assert _verify(made, "property")["release_allow_list"].detail == "dim_dwelling.area_m2 is on the allow-list but not in the file"


@pytest.mark.parametrize("sql", ["delete from dim_dwelling where rowid = 0", "update dim_dwelling set room_count = 9 where rowid = 0"])
def test_a_file_that_differs_from_the_build_is_refused(made, sql: str):
    made.write("property")
    _change(made, "property", sql)
    assert _verify(made, "property")["release_same_as_build"].detail == "rows or values differ from the build in dim_dwelling"


def test_parquet_that_differs_is_refused(made, tmp_path: Path):
    made.write("property")
    target = made.folder / "parquet" / "property" / "dim_build.parquet"
    duckdb.sql(f"copy (select * from read_parquet('{target}') limit 1) to '{tmp_path}/x.parquet'")
    (tmp_path / "x.parquet").replace(target)
    assert _verify(made, "property")["release_same_as_build"].detail == "rows or values differ from the build in dim_build"
