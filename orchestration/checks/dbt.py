"""Results of dbt as outcomes: one for each data test, and one for each model that could not be built.

Belongs here: naming the rule that broke and counting its rows. Does not belong here: running dbt.
"""

from __future__ import annotations

import errno
from pathlib import Path

from orchestration.outcome import Outcome
from orchestration.resources.errors import hide_values, says_disk_full
from orchestration.warehouse.dbt_project import DbtNode
from orchestration.warehouse.dbt_run import NodeResult


def test_outcomes(nodes: list[DbtNode], results: list[NodeResult], file: Path) -> list[Outcome]:
    """One outcome for each test that dbt knows. A test that did not run has not passed."""
    by_id = {r.unique_id: r for r in results}
    outcomes = []
    for node in nodes:
        for test in node.tests:
            result = by_id.get(test.unique_id)
            passed = result is not None and result.status == "pass"
            detail = test.description if passed else _reason(result, file)
            rows = result.rows if result and not passed else 0
            outcomes.append(Outcome(f"{node.schema}.{node.name}", test.rule, passed, test.severity, rows, detail))
    return outcomes


def broken_models(results: list[NodeResult], nodes: dict[str, DbtNode]) -> list[Outcome]:
    """One outcome for each seed or model that failed."""
    return [
        Outcome(f"{nodes[r.unique_id].schema}.{nodes[r.unique_id].name}", "dbt_model_builds", False, detail=hide_values(r.message))
        for r in results
        if r.unique_id in nodes and r.has_failed
    ]


def stop_if_disk_is_full(results: list[NodeResult]) -> None:
    """A full disk is no fault of a model: say what it is."""
    if any(r.has_failed and says_disk_full(r.message) for r in results):
        raise OSError(errno.ENOSPC, "No space left on device")


def _reason(result: NodeResult | None, file: Path) -> str:
    if result is None or result.status == "skipped":
        return "not run, since something before it failed"
    if result.status in ("error", "runtime error"):
        return hide_values(result.message)
    return ", ".join(f"{rule} ({rows})" for rule, rows in _broken_rules(result, file))


def _broken_rules(result: NodeResult, file: Path) -> list[tuple[str, int]]:
    """Run a failed test again to hear which of its rules broke: tests return the rule and a count, never a row."""
    import duckdb

    if not result.compiled_sql:
        return []
    with duckdb.connect(str(file), read_only=True) as con:
        found = con.execute(result.compiled_sql)
        if [column[0] for column in found.description] != ["rule", "failing_rows"]:
            return []
        return found.fetchall()
