"""The suite of a KOSTRA form: one expectation for each of its controls, named by the id of the control.

Belongs here: the suite, made from the list of controls, and what it looks at: one row for each file, with how many records break each
control. Does not belong here: the conditions, which look at values that no suite may see (``orchestration.kostra``).
"""

from __future__ import annotations

import pandas as pd

from expectations.runner import Expect
from orchestration.kostra.registry import FORM_OF, Control, controls_of


def controls(source: str, overrides: str = "") -> tuple[Control, ...]:
    """Controls of the form of a source; none where it is no form."""
    return controls_of(FORM_OF[source], overrides) if source in FORM_OF else ()


def expectations(judged: tuple[Control, ...]) -> list[Expect]:
    """No record (for sums, no file) breaks the control; the list says what a breach leads to."""
    return [
        Expect(
            c.rule_id,
            "expect_column_values_to_be_between",
            {"column": c.control, "max_value": 0},
            c.action,
            f"No record breaks Kontroll {c.control} {c.title_nb} ({c.severity}): {c.condition}",
        )
        for c in judged
    ]


def frame(judged: tuple[Control, ...], breaches: list[dict]) -> pd.DataFrame:
    """Records that break each control, by file; what the gate's own rules found counts for the controls they stand for."""
    control_of = {rule: c.control for c in judged for rule in (c.rule_id, *c.gate_rules)}
    files: dict[int, dict] = {}
    for breach in breaches:
        row = files.setdefault(breach["file_no"], {"delivery_id": breach["delivery_id"], **{c.control: 0 for c in judged}})
        if control := control_of.get(breach["rule_id"]):
            row[control] += breach["found"]
    return pd.DataFrame(files.values())
