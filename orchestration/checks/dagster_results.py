"""Outcomes as results of Dagster's asset checks.

Belongs here: the mapping, always from a real result. Does not belong here: making outcomes (the other modules of this folder).
"""

from __future__ import annotations

import dagster as dg

from orchestration.outcome import Outcome

_SHOWN = 60


def as_check_results(asset_key: list[str], name: str, outcomes: list[Outcome]) -> list[dg.AssetCheckResult]:
    """One check result that lists every outcome: failed where one failed, of severity error where one of those blocks."""
    failed = [o for o in outcomes if not o.passed]
    severity = dg.AssetCheckSeverity.ERROR if any(o.is_blocking for o in failed) or not failed else dg.AssetCheckSeverity.WARN
    return [
        dg.AssetCheckResult(
            asset_key=dg.AssetKey(asset_key),
            check_name=name,
            passed=not failed,
            severity=severity,
            description="; ".join(o.sentence() for o in failed[:5]) or f"{len(outcomes)} rules hold",
            metadata={"rules": len(outcomes), "failed": len(failed), "results": dg.MetadataValue.md(_table(outcomes))},
        )
    ]


def _table(outcomes: list[Outcome]) -> str:
    worst_first = sorted(outcomes, key=lambda o: (o.passed, o.severity, o.rule))
    lines = ["| rule | result | rows | severity | what |", "|---|---|---|---|---|"]
    for o in worst_first[:_SHOWN]:
        lines.append(f"| {o.rule} | {'passed' if o.passed else 'FAILED'} | {o.rows} | {o.severity} | {o.detail.replace('|', '/')} |")
    if len(outcomes) > _SHOWN:
        lines.append(f"| … and {len(outcomes) - _SHOWN} more | | | | |")
    return "\n".join(lines)
