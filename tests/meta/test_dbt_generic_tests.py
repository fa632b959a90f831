"""The generic data tests catch what they are there for, and let the right thing pass: each on a small table with a counted mistake."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import yaml

from orchestration.settings import PROJECT_ROOT

INTERVALS = """
select * from (values
    ('whole', date '2020-01-01', date '2021-01-01', false), ('whole', date '2021-01-01', null, true),
    ('overlap', date '2020-01-01', date '2021-01-02', true), ('overlap', date '2021-01-01', null, true),
    ('open', date '2020-01-01', null, false), ('open', date '2021-01-01', null, false),
    ('gap', date '2020-01-01', date '2020-12-31', false), ('gap', date '2021-01-01', null, true),
    ('empty', date '2020-01-01', date '2020-01-01', true)
) as rows_of_test (code, valid_from, valid_to, is_current)
"""
NUMBERS = """
select * from (values
    (1, 'a', 10, 'total'), (1, 'b', 4, 'part'), (1, 'b', 6, 'part'), (2, 'a', 10, 'total'), (2, 'b', -1, 'part'), (3, null, null, 'part')
) as rows_of_test (id, code, amount, kind)
"""
INTERVAL = {"key": ["code"], "from_column": "valid_from", "to_column": "valid_to"}
# model, test, arguments, rows that fail
CASES = [
    ("intervals", "interval_no_overlap", INTERVAL, 3),
    ("intervals", "interval_no_gap", INTERVAL, 1),
    ("intervals", "one_current_row", {"key": ["code"]}, 1),
    ("intervals", "one_current_row", {"key": ["code"], "at_least": 1}, 2),
    ("intervals", "unique_grain", {"columns": ["code", "valid_from"]}, 0),
    ("numbers", "unique_grain", {"columns": ["id"]}, 2),
    ("numbers", "unique_grain", {"columns": ["id", "code"]}, 2),
    ("numbers", "unique_grain", {"columns": ["id", "code", "amount"]}, 1),
    ("numbers", "expression_holds", {"rules": {"small": "amount < 10", "positive": "amount > 0"}}, 3),
    ("numbers", "expression_holds", {"rules": {"small": "amount < 10"}, "where": "id = 1"}, 1),
    ("numbers", "not_negative", {"columns": ["id", "amount"]}, 1),
    ("numbers", "required", {"columns": ["id", "code", "amount"]}, 2),
    ("numbers", "codes", {"values": {"code": ["a"], "kind": ["total", "part"]}}, 3),
    ("numbers", "sums_to", {"key": ["id"], "column": "amount", "parts": "kind = 'part'", "total": "kind = 'total'"}, 1),
    ("numbers", "relationships_where", {"references": [{"column": "code", "to": "intervals", "field": "code"}]}, 5),
    ("numbers", "relationships_where", {"references": [{"column": "code", "to": "numbers", "field": "code"}]}, 0),
    ("numbers", "relationships_where", {"references": [{"column": "code", "to": "intervals", "field": "code", "where": "id = 2"}]}, 2),
]
RANGES = [({"min_value": 0}, 1), ({"min_value": -1, "max_value": 6}, 2), ({"min_value": -1, "max_value": 10}, 0)]


def test_each_generic_test_counts_the_rows_that_fail(tmp_path) -> None:
    models = {name: {"name": name, "data_tests": []} for name in ("intervals", "numbers")}
    expected = {}
    for number, (model, test, arguments, failing) in enumerate(CASES):
        models[model]["data_tests"].append({test: {"name": f"case_{number}", "arguments": arguments}})
        expected[f"case_{number}"] = failing
    amount = {"name": "amount", "data_tests": []}
    for number, (arguments, failing) in enumerate(RANGES):
        amount["data_tests"].append({"accepted_range": {"name": f"range_{number}", "arguments": arguments}})
        expected[f"range_{number}"] = failing
    models["numbers"]["columns"] = [amount]

    project = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    kept = {key: project[key] for key in ("name", "version", "profile", "flags", "data_tests")}
    (tmp_path / "dbt_project.yml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    shutil.copytree(PROJECT_ROOT / "macros" / "tests", tmp_path / "macros")
    shutil.copy(PROJECT_ROOT / "macros" / "dialect.sql", tmp_path / "macros")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "intervals.sql").write_text(INTERVALS, encoding="utf-8")
    (tmp_path / "models" / "numbers.sql").write_text(NUMBERS, encoding="utf-8")
    (tmp_path / "models" / "models.yml").write_text(yaml.safe_dump({"version": 2, "models": list(models.values())}), encoding="utf-8")

    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "build",
        "--quiet",
        "--project-dir",
        str(tmp_path),
        "--profiles-dir",
        str(PROJECT_ROOT),
    ]
    environment = {**os.environ, "FJERNLYS_BUILD_FILE": str(tmp_path / "warehouse.duckdb")}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)

    assert (tmp_path / "target" / "run_results.json").is_file(), done.stdout + done.stderr
    results = json.loads((tmp_path / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    found = {r["unique_id"].split(".")[2]: r["failures"] for r in results if r["unique_id"].startswith("test.")}
    assert found == expected
