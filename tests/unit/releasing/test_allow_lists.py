"""What each audience may see, and that a wrong allow-list is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hand_made_build import make_warehouse, mart_columns

from orchestration.releasing.audience import FOLDER, check_against, left_out, load_audience, read_marts
from orchestration.releasing.write import BUILD, open_build
from orchestration.settings import UserError

LOCAL_IDS = {"dwelling_id", "unit_id", "tenancy_id", "household_id", "application_id", "service_id", "local_id"}
ADDRESS = {"address", "postal_code", "unit_number", "building_id", "cadastre_id", "is_secret_address"}
TELLS_A_GROUP = {
    "category",
    "category_label_nb",
    "reserved_for",
    "responsible_unit",
    "allocating_unit",
    "is_shared",
    "grant_nok",
    "grant_binding_until",
    "is_grant_bound",
    "category_at_start",
    "allocating_office",
    "legal_basis",
    "end_reason",
    "decision_date",
}


def _columns(name: str) -> set[tuple[str, str, str]]:
    return {(t.name, c, treatment) for t in load_audience(name).tables for c, treatment in t.columns.items()}


def test_analysts_get_no_local_id_and_no_address():
    assert {c for _, c, _ in _columns("analyst")} & (LOCAL_IDS | ADDRESS) == set()
    assert all(treatment != "local_id" for _, _, treatment in _columns("analyst"))


def test_property_is_exactly_these_tables():
    assert {t.name for t in load_audience("property").tables} == {
        "dim_build",
        "dim_date",
        "dim_municipality",
        "dim_dwelling_unit",
        "dim_dwelling",
        "fct_dwelling_month",
        "fct_dwelling_event",
        "fct_vacancy_spell",
        "dim_area",
        "dim_indicator",
        "dim_breakdown",
        "fct_indicator",
        "fct_coverage",
        "fct_delivery_quality",
    }


def test_property_has_nothing_that_tells_a_group_or_a_person():
    columns = {c for _, c, _ in _columns("property")}
    assert columns & (TELLS_A_GROUP | ADDRESS) == set()
    assert {c for t, c, treatment in _columns("property") if treatment == "local_id"} == {"dwelling_id", "unit_id"}
    assert columns >= {"room_count", "area_m2", "is_wheelchair_accessible", "monthly_rent_nok", "days_vacant"}


@pytest.mark.parametrize("name", ["analyst", "property"])
def test_every_key_about_dwellings_or_people_is_rekeyed(name: str):
    public = {"municipality_key", "target_group_key", "breakdown_key", "indicator_break_key"}
    kept = {c for _, c, treatment in _columns(name) if c.endswith("_key") and treatment == "keep"}
    assert kept <= public


@pytest.mark.parametrize("name", ["analyst", "property"])
def test_the_allow_list_names_what_the_models_promise(name: str):
    promised = {(table, column) for (_, table), columns in mart_columns().items() for column in columns}
    assert {(t, c) for t, c, _ in _columns(name)} <= promised


def _list(folder: Path, tables: str) -> Path:
    (folder / "guest.yml").write_text(f"title_nb: Gjest\ndescription: For a guest.\ntables:\n{tables}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ("  dim_build: {keep: [build_id, shoe_size]}\n", "dim_build.shoe_size"),
        ("  dim_shoes: {keep: [size]}\n", "dim_shoes"),
    ],
)
def test_a_name_that_the_build_does_not_have_is_refused(made, tmp_path: Path, tables: str, says: str):
    audience = load_audience("guest", _list(tmp_path, tables))
    with open_build(made.settings, made.warehouse) as con, pytest.raises(UserError, match=says):
        check_against(audience, read_marts(con, BUILD))


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ("  dim_build: {keep: [build_id], rekey: [build_id]}\n", "named twice"),
        ("  dim_build: {keep: [build_id], hide: [as_of_date]}\n", "unknown entry 'hide'"),
        ("  dim_build: {keep: ['build_id; drop table x']}\n", "small letters"),
        ("  dim_build: {}\n", "small letters"),
    ],
)
def test_a_wrong_allow_list_is_refused(tmp_path: Path, tables: str, says: str):
    with pytest.raises(UserError, match=says):
        load_audience("guest", _list(tmp_path, tables))


def test_an_unknown_audience_is_refused():
    with pytest.raises(UserError, match="There are: analyst, property"):
        load_audience("everybody")


def test_left_out_tells_what_is_not_released(made):
    with open_build(made.settings, made.warehouse) as con:
        out = left_out(load_audience("property"), read_marts(con, BUILD))
    assert set(out["dim_dwelling"]) == {
        "category",
        "category_label_nb",
        "reserved_for",
        "responsible_unit",
        "allocating_unit",
        "is_shared",
        "grant_nok",
        "grant_binding_until",
        "is_grant_bound",
    }
    assert set(out["dim_dwelling_unit"]) == ADDRESS


def test_the_same_name_in_two_schemas_is_refused(made, tmp_path: Path):
    import duckdb

    file = tmp_path / "two" / "warehouse.duckdb"
    file.parent.mkdir()
    make_warehouse(file)
    with duckdb.connect(str(file)) as con:
        con.execute("create table quality.dim_build as select 1 as x")
    with open_build(made.settings, file) as con, pytest.raises(UserError, match="Two marts are called dim_build"):
        read_marts(con, BUILD)


@pytest.mark.parametrize("name", ["analyst", "property"])
def test_a_table_stands_once_on_a_list(name: str) -> None:
    """A second entry would silently take the place of the first."""
    lines = (FOLDER / f"{name}.yml").read_text(encoding="utf-8").splitlines()
    tables = [line.split(":")[0] for line in lines if re.match(r"  [a-z]\w*:", line)]
    assert len(tables) == len(load_audience(name).tables) > 5
