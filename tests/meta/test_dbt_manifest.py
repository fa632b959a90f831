"""The dbt project as parsed: grains, descriptions, names, layers and promises that hold for every model by every engineer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT, load_settings
from orchestration.warehouse.dbt_project import target_folder
from orchestration.warehouse.dbt_run import parse

PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("dim_", "fct_", "bridge_", "rpt_"),
    "quality": ("dim_", "fct_"),
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict:
    home = tmp_path_factory.mktemp("parse")
    settings = load_settings({"FJERNLYS_HOME": str(home), "FJERNLYS_KEY_FILE": str(home / "key")})
    parse(settings)
    return json.loads((target_folder(settings) / "manifest.json").read_text(encoding="utf-8"))


def nodes(manifest: dict, *kinds: str) -> list[dict]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] in kinds]


def layer(node: dict) -> str:
    return Path(node["original_file_path"]).parts[1]


def rank(node: dict) -> int:
    """How far down the road a model stands. Indicators are made of the stars; their own dimensions are code lists, beside the stars.
    Who lives within the borders of a year, and with that what an area holds, follows from the number of inhabitants, which is a star."""
    folder = Path(node["original_file_path"]).parts[1:-1]
    if node["resource_type"] == "seed":
        return 0
    if folder[0] == "staging":
        return 1
    on_inhabitants = {"int_geography__inhabitants": 3, "int_geography__area_member": 4}
    if node["name"] in on_inhabitants:
        return on_inhabitants[node["name"]]
    if folder[-1] == "indicators":
        return 3 if node["name"].startswith("dim_") else {"intermediate": 4, "marts": 5}[folder[0]]
    return {"intermediate": 2, "marts": 3, "quality": 3}[folder[0]]


def test_grain_keys_are_what_the_grain_test_tests(manifest: dict) -> None:
    """A primary key is a test, too. Keys inside a delivered file are the gate's rule (R007), and an intermediate model may leave its grain
    to the mart that is made of it; where they do test it, it is the one they declare."""
    tested: dict[str, list] = {}
    for test in nodes(manifest, "test"):
        if (test.get("test_metadata") or {}).get("name") == "unique_grain":
            tested.setdefault(test["attached_node"], []).append(test["test_metadata"]["kwargs"]["columns"])
    wrong = [f"{seed['name']}: no grain test" for seed in nodes(manifest, "seed") if seed["unique_id"] not in tested]
    for node in nodes(manifest, "model"):
        meta = node["config"]["meta"]
        if not meta.get("grain") or not meta.get("grain_keys") or not meta.get("owner"):
            wrong.append(f"{node['name']}: no grain, grain_keys or owner in config.meta")
            continue
        keys = [c["name"] for c in node["columns"].values() if any(k["type"] == "primary_key" for k in c["constraints"])]
        may_leave_it = layer(node) in ("staging", "intermediate") and node["unique_id"] not in tested
        if not may_leave_it and meta["grain_keys"] not in [keys, *tested.get(node["unique_id"], [])]:
            wrong.append(f"{node['name']}: grain_keys {meta['grain_keys']}, tested {tested.get(node['unique_id'])}")
    assert wrong == []


def test_every_model_seed_and_column_is_described(manifest: dict) -> None:
    wrong = []
    for node in nodes(manifest, "model", "seed"):
        if len(node["description"].strip()) < 10:
            wrong.append(f"{node['name']} has no description")
        if not node["columns"]:
            wrong.append(f"{node['name']} has no columns described")
        wrong += [
            f"{node['name']}.{name} has no description"
            for name, column in node["columns"].items()
            if len(column["description"].strip()) < 5
        ]
    assert wrong == []


def test_columns_of_marts_give_the_norwegian_term(manifest: dict) -> None:
    """In brackets, as a user of the marts would search for it."""
    missing = [
        f"{node['name']}.{name}"
        for node in nodes(manifest, "model")
        if layer(node) in ("marts", "quality")
        for name, column in node["columns"].items()
        if not re.search(r"\(\w[^()]*", column["description"])
    ]
    assert missing == []


def test_names_follow_the_layers(manifest: dict) -> None:
    wrong = []
    for node in nodes(manifest, "model"):
        path = Path(node["original_file_path"])
        if not node["name"].startswith(PREFIXES[layer(node)]):
            wrong.append(f"{path}: a name in {layer(node)} starts with {PREFIXES[layer(node)]}")
        if layer(node) == "staging" and not node["name"].startswith(f"stg_{path.parent.name}__"):
            wrong.append(f"{path}: stands in the folder of another source")
        if layer(node) == "intermediate" and not node["name"].startswith(f"int_{path.parent.name}__"):
            wrong.append(f"{path}: stands in the folder of another subject")
    assert wrong == []


def test_no_model_reads_upwards(manifest: dict) -> None:
    everything = {**manifest["nodes"], **manifest["sources"]}
    wrong = []
    for node in nodes(manifest, "model"):
        for needed in (everything[name] for name in node["depends_on"]["nodes"]):
            if needed["resource_type"] == "source":
                is_receipt = "__" not in needed["name"]
                if layer(node) != "staging" and not is_receipt:
                    wrong.append(f"{node['name']} reads raw.{needed['name']}: only staging does")
            elif rank(needed) > rank(node):
                wrong.append(f"{node['name']} reads {needed['name']}")
            elif layer(node) == "staging":
                wrong.append(f"{node['name']} reads {needed['name']}: staging is one to one with raw")
    assert wrong == []


def test_marts_keep_their_promises(manifest: dict) -> None:
    wrong = []
    for node in nodes(manifest, "model"):
        if layer(node) not in ("marts", "quality"):
            continue
        config = node["config"]
        if not config["contract"]["enforced"] or node["access"] != "public" or not node["group"]:
            wrong.append(f"{node['name']}: contract enforced, access public and a group belong to a mart")
        keys = [c for c in node["columns"].values() if any(k["type"] == "primary_key" for k in c["constraints"])]
        if node["name"].startswith("dim_") and len(keys) + len(node["primary_key"] if not keys else []) == 0:
            wrong.append(f"{node['name']}: a dimension has a primary key")
        if not all(column["data_type"] for column in node["columns"].values()):
            wrong.append(f"{node['name']}: every column has a type")
    assert wrong == []


def test_models_do_not_read_the_clock() -> None:
    clock = re.compile(r"current_date|current_timestamp|now\(|today\(|run_started_at|random\(", re.IGNORECASE)
    found = [
        str(path.relative_to(PROJECT_ROOT))
        for folder in ("models", "macros", "tests/dbt")
        for path in (PROJECT_ROOT / folder).rglob("*.sql")
        if clock.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_rule_of_the_models_is_reported() -> None:
    """Each T and P rule of the list stands in the SQL that reports it, and no rule that the list does not have."""
    listed = {
        line.split(",", 1)[0]
        for line in (PROJECT_ROOT / "seeds/quality/quality_rule.csv").read_text(encoding="utf-8").splitlines()
        if re.match(r"[TP]\d{3},", line)
    }
    sql = [*(PROJECT_ROOT / "models/quality").glob("*.sql"), *(PROJECT_ROOT / "models/intermediate").rglob("*__issue.sql")]
    reported = {rule for path in sql for rule in re.findall(r"'([TP]\d{3})'", path.read_text(encoding="utf-8"))}
    assert reported == listed
