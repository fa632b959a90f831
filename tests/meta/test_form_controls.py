"""Each control of form 13 has one owner that judges it: a dbt data test for each origin of the form, or Great Expectations.

Belongs here: agreement between the list of controls and its owners. Does not belong here: that a control catches what it should.
"""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest

from expectations.release import form_13
from orchestration.releasing.audience import load_audience
from orchestration.settings import PROJECT_ROOT, load_settings
from orchestration.warehouse.dbt_project import target_folder
from orchestration.warehouse.dbt_run import parse


def controls() -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds/form/form_control.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dbt_tests(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Data tests of dbt that name a control in their meta."""
    home = tmp_path_factory.mktemp("parse")
    settings = load_settings({"FJERNLYS_HOME": str(home), "FJERNLYS_KEY_FILE": str(home / "key")})
    parse(settings)
    manifest = json.loads((target_folder(settings) / "manifest.json").read_text(encoding="utf-8"))
    return [n for n in manifest["nodes"].values() if n["resource_type"] == "test" and "control_id" in n["config"]["meta"]]


def test_every_sum_has_one_dbt_test_for_each_origin_and_nothing_else_has_one(dbt_tests) -> None:
    listed = [
        (control["control_id"], origin)
        for control in controls()
        for origin, column in (("own_register", "is_own_register"), ("sent", "is_sent"))
        if control["owner"] == "dbt" and control[column] == "true"
    ]
    owned = Counter((test["config"]["meta"]["control_id"], test["config"]["meta"]["origin"]) for test in dbt_tests)
    assert owned == Counter(listed)


def test_a_dbt_test_judges_the_control_that_it_owns(dbt_tests) -> None:
    for test in dbt_tests:
        meta, metadata = test["config"]["meta"], test["test_metadata"]
        assert test["attached_node"] == "model.fjernlys.fct_form_control"
        assert metadata["name"] == "form_control_is_met"
        assert {key: metadata["kwargs"][key] for key in ("control_id", "origin")} == {key: meta[key] for key in ("control_id", "origin")}


def test_only_our_own_fault_stops_the_night(dbt_tests) -> None:
    """What a municipality's data, or the form it has sent, can break is told; the night goes on."""
    stops = {t["config"]["meta"]["control_id"] for t in dbt_tests if t["config"]["severity"].lower() == "error"}
    assert stops == {f"K{number:02}" for number in range(1, 11)}
    assert {t["config"]["meta"]["origin"] for t in dbt_tests if t["config"]["severity"].lower() == "error"} == {"own_register"}


def test_plausibility_belongs_to_great_expectations_and_warns() -> None:
    listed = {control["control_id"]: control["severity"] for control in controls() if control["owner"] == "great_expectations"}
    expected = form_13.expectations(load_audience("analyst"))
    assert {expect.rule_id for expect in expected} == set(listed)
    assert {expect.action for expect in expected} == {"warn"}
    assert set(listed.values()) == {"warning"}


def test_sums_of_lines_are_sums_of_lines_that_the_form_has() -> None:
    with (PROJECT_ROOT / "seeds/form/form_control_part.csv").open(encoding="utf-8", newline="") as file:
        parts = list(csv.DictReader(file))
    with (PROJECT_ROOT / "seeds/form/form_line.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["is_extension"] == "false"]
    assert {part["control_id"] for part in parts} == {f"K{number:02}" for number in (*range(1, 8), 9, 10, 11)}
    for part in parts:
        stem = part["breakdowns"].removesuffix("%")
        assert any(line["measure_id"] == part["measure_id"] and line["breakdown"].startswith(stem) for line in lines), part
