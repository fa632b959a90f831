"""The list of quality rules against the code: each rule stands in the code of its one owner, and does there what the list says.

Belongs here: agreement between the list and the parts that own its rules. Does not belong here: that a rule catches what it should.
"""

from __future__ import annotations

import csv
import importlib
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from expectations.arrivals import profile
from expectations.release import indicators, property_columns, volume
from expectations.runner import Expect
from orchestration.arrivals.contracts import load_contracts
from orchestration.releasing.audience import audience_names, load_audience
from orchestration.settings import PROJECT_ROOT, load_settings
from orchestration.warehouse.dbt_project import target_folder
from orchestration.warehouse.dbt_run import parse

RULE = re.compile(r"""["']([FRPTGXD]\d{3})["']""")
# What owns a rule, and where its id may stand in code that checks it.
PLACES = {
    "gate": ("orchestration/arrivals", "orchestration/privacy", "orchestration/sources", "orchestration/mappings"),
    "great_expectations": ("expectations",),
    "dbt_model": ("models",),
}
# The gate sets the flag that a row carries, the model names it.
REPORTED_BY_MODELS = {"P001", "P002", "P003", "P004", "R030"}
# Kinds of tests of dbt and of Great Expectations that say the same of a column.
SAME_KIND = {
    "not_null": "not_null",
    "required": "not_null",
    "accepted_values": "in_set",
    "codes": "in_set",
    "accepted_range": "between",
    "not_negative": "between",
    "unique": "unique",
    "expect_column_values_to_not_be_null": "not_null",
    "expect_column_values_to_be_in_set": "in_set",
    "expect_column_values_to_be_between": "between",
    "expect_column_values_to_be_unique": "unique",
}


def rules() -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds/quality/quality_rule.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rules_in(*folders: str) -> set[str]:
    paths = [path for folder in folders for path in (PROJECT_ROOT / folder).rglob("*") if path.suffix in (".py", ".sql")]
    return {rule for path in paths for rule in RULE.findall(path.read_text(encoding="utf-8"))}


def arrival_suites() -> dict[tuple[str, str], list[Expect]]:
    """Expectations of the gate's suites, by source and entity."""
    found = {}
    for contract in load_contracts().values():
        for entity, suite in importlib.import_module(f"expectations.arrivals.{contract.source}").SUITES.items():
            found[contract.source, entity] = suite.expectations
    return found


def all_expectations() -> list[Expect]:
    found = [*profile.EXPECTATIONS, *(expect for suite in arrival_suites().values() for expect in suite)]
    for audience in map(load_audience, audience_names()):
        found += [expect for suite in (volume, indicators, property_columns) for expect in suite.expectations(audience)]
    return found


def test_each_rule_stands_in_the_code_of_its_owner_and_of_no_other() -> None:
    listed = defaultdict(set)
    for rule in rules():
        listed[rule["owner"]].add(rule["rule_id"])
    listed["gate"] -= REPORTED_BY_MODELS
    listed["dbt_model"] |= REPORTED_BY_MODELS
    assert {owner: sorted(rules_in(*folders)) for owner, folders in PLACES.items()} == {owner: sorted(listed[owner]) for owner in PLACES}


def test_expectations_do_what_the_list_says() -> None:
    listed = {rule["rule_id"]: rule["action"] for rule in rules() if rule["owner"] == "great_expectations"}
    assert {expect.rule_id: expect.action for expect in all_expectations()} == listed
    assert all(expect.action == listed[expect.rule_id] for expect in all_expectations())


@pytest.fixture(scope="module")
def staging_tests(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str, str]]:
    """What dbt tests of staging: source, entity, column and kind."""
    home: Path = tmp_path_factory.mktemp("parse")
    settings = load_settings({"FJERNLYS_HOME": str(home), "FJERNLYS_KEY_FILE": str(home / "key")})
    parse(settings)
    manifest = json.loads((target_folder(settings) / "manifest.json").read_text(encoding="utf-8"))
    found = set()
    for test in manifest["nodes"].values():
        name = (test.get("attached_node") or "").rpartition(".")[2]
        if test["resource_type"] != "test" or not name.startswith("stg_"):
            continue
        kwargs = test["test_metadata"]["kwargs"]
        columns = [kwargs["column_name"]] if kwargs.get("column_name") else [*kwargs.get("columns", []), *kwargs.get("values", {})]
        kind = SAME_KIND.get(test["test_metadata"]["name"], test["test_metadata"]["name"])
        source, _, entity = name.removeprefix("stg_").partition("__")
        found |= {(source, entity, column, kind) for column in columns}
    return found


def test_no_column_is_judged_the_same_way_by_dbt_and_by_great_expectations(staging_tests) -> None:
    judged = {
        (source, entity, expect.arguments["column"], SAME_KIND.get(expect.type, expect.type))
        for (source, entity), suite in arrival_suites().items()
        for expect in suite
    }
    assert len(judged) > 10
    assert judged & staging_tests == set()
