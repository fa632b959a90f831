"""What the gate found, as outcomes by source.

Belongs here: rows that do not add up, suites of tonight's deliveries, refused deliveries. Does not belong here: judging (the gate did).

A refused delivery warns and does not stop the night: the others must not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.arrivals.ledger import Receipt
from orchestration.outcome import Outcome

if TYPE_CHECKING:
    from orchestration.arrivals.gate import GateResult


def arrival_outcomes(result: GateResult, receipts: list[Receipt]) -> list[Outcome]:
    """Rows of every accepted delivery, suites run tonight, and every refused delivery."""
    outcomes = []
    for source in sorted({r.source for r in receipts}):
        mine = [r for r in receipts if r.source == source]
        outcomes.append(_rows_add_up(source, [r for r in mine if r.status == "accepted"]))
        outcomes += [_refused(r) for r in mine if r.status == "refused"]
    for suite in result.suites:
        for check in suite.checks:
            outcomes.append(
                Outcome(
                    subject=suite.name.partition("__")[0],
                    rule=f"{check.rule_id} {suite.name}" + (f".{check.column}" if check.column else ""),
                    passed=check.success,
                    severity="warn",
                    rows=0 if check.success else check.unexpected_count,
                    detail=check.description,
                )
            )
    return outcomes


def _rows_add_up(source: str, accepted: list[Receipt]) -> Outcome:
    files = [f for r in accepted for f in r.files]
    missing = sum(abs(f.row_count - f.accepted_count - f.quarantined_count - f.excluded_count) for f in files)
    read = sum(f.row_count for f in files)
    detail = f"{read} rows read in {len(accepted)} deliveries" + (", each accepted, quarantined or excluded" if not missing else "")
    return Outcome(source, "rows_add_up", not missing, rows=missing, detail=detail)


def _refused(receipt: Receipt) -> Outcome:
    return Outcome(
        receipt.source, receipt.refusal_rule_id or "refused", False, "warn", detail=f"{receipt.delivery_id}: {receipt.refusal_reason}"
    )
