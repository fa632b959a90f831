"""Results become check results that say what was found."""

from __future__ import annotations

import dagster as dg
import duckdb

from orchestration.checks.dagster_results import as_check_results
from orchestration.checks.dbt import broken_models, test_outcomes
from orchestration.outcome import Outcome
from orchestration.warehouse.dbt_project import DbtNode, DbtTest
from orchestration.warehouse.dbt_run import NodeResult

test_outcomes.__test__ = False  # a function of the project, not a test


def _node(*tests: DbtTest) -> DbtNode:
    return DbtNode("model.fjernlys.dim_x", "shared", "dim_x", "model", "table", "", None, None, (), (), tests)


def _test(name: str, severity: str = "error") -> DbtTest:
    return DbtTest(f"test.fjernlys.{name}", name, "dim_x", severity, f"about {name}")


def test_one_check_lists_every_rule_and_fails_where_one_does():
    outcomes = [Outcome("s", "r1", True), Outcome("s", "r2", False, "warn", 2, "too many"), Outcome("s", "r3", False, "error", 5)]
    (result,) = as_check_results(["shared", "dim_x"], "dbt_tests", outcomes)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert result.description == "r2 on s, 2 rows: too many; r3 on s, 5 rows"
    assert "| r3 | FAILED | 5 | error |" in result.metadata["results"].value and "| r1 | passed |" in result.metadata["results"].value


def test_only_warnings_warn():
    (result,) = as_check_results(["a"], "c", [Outcome("s", "r2", False, "warn", 2)])
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    (result,) = as_check_results(["a"], "c", [Outcome("s", "r1", True)])
    assert (result.passed, result.description) == (True, "1 rules hold")


def test_a_failed_dbt_test_tells_rule_and_rows_without_a_row(tmp_path):
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create table t as select * from (values (1), (-1), (-2)) v(days)")
    sql = "select 'days >= 0' as rule, count(*) as failing_rows from t where days < 0 having count(*) > 0"
    nodes = [_node(_test("not_negative"), _test("grain"), _test("reference", "warn"), _test("later"))]
    results = [
        NodeResult("test.fjernlys.not_negative", "fail", 2, 0.1, "Got 2 results", sql),
        NodeResult("test.fjernlys.grain", "pass", 0, 0.1, ""),
        NodeResult("test.fjernlys.reference", "warn", 1, 0.1, "Got 1 result", None),
        NodeResult("test.fjernlys.later", "skipped", 0, 0.0, ""),
    ]
    found = {o.rule: o for o in test_outcomes(nodes, results, file)}
    assert found["not_negative"].sentence() == "not_negative on shared.dim_x, 2 rows: days >= 0 (2)"
    assert found["not_negative"].is_blocking
    assert found["grain"].passed and found["grain"].detail == "about grain"
    assert not found["reference"].passed and not found["reference"].is_blocking
    assert found["later"].is_blocking and "not run" in found["later"].detail


def test_a_model_that_fails_blocks_and_shows_no_value():
    node = _node()
    result = NodeResult(node.unique_id, "error", 0, 0.1, "Conversion Error: Could not convert string 'Kari' to INT32")
    (outcome,) = broken_models([result], {node.unique_id: node})
    assert outcome.is_blocking and outcome.detail == "Conversion Error: Could not convert string '...' to INT32"
