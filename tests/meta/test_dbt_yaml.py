"""YAML of the dbt project: what dbt itself does not check on DuckDB, where a misspelt key passes in silence."""

from __future__ import annotations

import dataclasses
import json
from importlib.resources import files
from pathlib import Path

import dbt.artifacts.resources  # noqa: F401  (before its parts, which import each other)
import jsonschema
import pytest
import yaml
from dbt.contracts.graph import unparsed

from orchestration.arrivals.contracts import IS_DELETED, load_contracts
from orchestration.settings import PROJECT_ROOT

FROM_DELIVERY = ["period_start", "period_end", "received_at"]


def property_files() -> list[Path]:
    return sorted(path for folder in ("models", "seeds") for path in (PROJECT_ROOT / folder).rglob("*.yml"))


def definition(name: str) -> dict:
    """A definition of the JSON schemas that stand in the dbt wheel."""
    return json.loads((files("dbt.jsonschemas") / "resources" / name).read_text(encoding="utf-8"))


def problems(body: object, schema: dict) -> list[str]:
    validator = jsonschema.Draft7Validator(schema)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in validator.iter_errors(body)]


@pytest.mark.parametrize("path", property_files(), ids=lambda path: path.name)
def test_property_file_follows_the_schema_of_dbt(path: Path) -> None:
    """Metrics are written the way that dbt 1.11 reads; the latest schema is of the way after it."""
    schema = "0.0.110.json" if path.parent.name == "semantic" else "latest.json"
    assert problems(yaml.safe_load(path.read_text(encoding="utf-8")), definition(schema)) == []


def unknown_keys(body: dict, kind: type, **parts: type) -> set[str]:
    """Keys that dbt's own class for a part of a property file does not have; dbt reads past them in silence."""
    unknown = set(body) - {field.name for field in dataclasses.fields(kind)}
    for name, part in parts.items():
        below = body.get(name) or []
        for one in below if isinstance(below, list) else [below]:
            unknown |= unknown_keys(one, part)
    return unknown


def unknown_metric_keys(body: dict) -> set[str]:
    metrics = [unknown_keys(m, unparsed.UnparsedMetric, type_params=unparsed.UnparsedMetricTypeParams) for m in body.get("metrics", [])]
    parts = {"entities": unparsed.UnparsedEntity, "dimensions": unparsed.UnparsedDimension, "measures": unparsed.UnparsedMeasure}
    return set().union(*metrics, *(unknown_keys(m, unparsed.UnparsedSemanticModel, **parts) for m in body.get("semantic_models", [])))


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "models/semantic").glob("*.yml")), ids=lambda path: path.name)
def test_metrics_have_no_key_that_dbt_does_not_know(path: Path) -> None:
    assert unknown_metric_keys(yaml.safe_load(path.read_text(encoding="utf-8"))) == set()


def test_a_misspelt_key_of_a_metric_is_found() -> None:
    metric = {"name": "x", "filtre": "", "type_params": {"measur": "y"}}
    model = {"name": "z", "measures": [{"name": "y", "exp": "1"}]}
    assert unknown_metric_keys({"metrics": [metric], "semantic_models": [model]}) == {"filtre", "measur", "exp"}


@pytest.mark.parametrize("key", ["grain", "contracts", "colums"])
def test_the_schema_refuses_a_key_that_dbt_does_not_know(key: str) -> None:
    assert problems({"version": 2, "models": [{"name": "dim_date", key: []}]}, definition("latest.json"))


def test_data_tests_are_written_the_new_way() -> None:
    wrong = []
    for path in property_files():
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        for node in [*body.get("models", []), *body.get("seeds", [])]:
            wrong += [
                f"{path.name}: {node['name']} has tests, write data_tests" for part in [node, *node.get("columns", [])] if "tests" in part
            ]
            for test in node.get("data_tests", []):
                if isinstance(test, dict):
                    ((name, body_of_test),) = test.items()
                    wrong += [
                        f"{path.name}: {node['name']}.{name} has {key}"
                        for key in body_of_test
                        if key not in {"name", "arguments", "config"}
                    ]
    assert wrong == []


def test_staging_has_the_columns_of_the_contracts_and_no_other() -> None:
    described = {}
    for path in (PROJECT_ROOT / "models" / "staging").rglob("*__models.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            described[model["name"]] = [column["name"] for column in model["columns"]]
    agreed = {
        f"stg_{file.relation}": [name for name, _ in file.raw_columns() if name != IS_DELETED] + FROM_DELIVERY
        for contract in load_contracts().values()
        for file in contract.files
    }
    assert described == agreed


def test_sources_are_the_entities_of_the_contracts_and_the_receipts() -> None:
    (source,) = yaml.safe_load((PROJECT_ROOT / "models/staging/_raw__sources.yml").read_text(encoding="utf-8"))["sources"]
    entities = {file.relation for contract in load_contracts().values() for file in contract.files}
    assert {table["name"] for table in source["tables"]} == entities | {"delivery", "delivery_file", "quarantined_row", "accepted_key"}
