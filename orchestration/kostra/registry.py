"""The list of controls (``seeds/quality/kostra_control.csv``) as typed objects.

Belongs here: reading the list, and what a data home may set otherwise. Does not belong here: the conditions in SQL.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache

from orchestration.settings import PROJECT_ROOT, UserError

SEED = PROJECT_ROOT / "seeds" / "quality" / "kostra_control.csv"
FORM_OF = {"kostra_11f": "11F", "kostra_11cf": "11CF", "kostra_accounts": "REG"}
SOURCE_OF = {form: source for source, form in FORM_OF.items()}
ACTIONS = ("refuse_delivery", "quarantine_row", "warn")
SETTING = "FJERNLYS_KOSTRA_CONTROLS"


@dataclass(frozen=True)
class Control:
    """One control of one form.

    ``scope`` is layout (the gate's own rules ``gate_rules`` do it), record, group (records compared with each other) or file.
    ``action`` is what a breach leads to; ``limit`` the amount or age that it is held against.
    """

    rule_id: str
    form: str
    control: str
    first_year: int
    last_year: int
    title_nb: str
    condition: str
    scope: str
    severity: str
    action: str
    limit: int | None
    is_implemented: bool
    gate_rules: tuple[str, ...]
    message_nb: str
    disagreement: str
    reason: str

    def holds_in(self, year: int) -> bool:
        """Whether files of that year are judged by it."""
        return self.is_implemented and self.first_year <= year <= self.last_year


def _control(row: dict[str, str]) -> Control:
    first, _, last = row["years"].partition("-")
    return Control(
        rule_id=row["rule_id"],
        form=row["form"],
        control=row["control"],
        first_year=int(first),
        last_year=int(last or first),
        title_nb=row["title_nb"],
        condition=row["condition"],
        scope=row["scope"],
        severity=row["severity"],
        action=row["action"],
        limit=int(row["limit_value"]) if row["limit_value"] else None,
        is_implemented=row["is_implemented"] == "true",
        gate_rules=tuple(row["gate_rules"].split()),
        message_nb=row["message_nb"],
        disagreement=row["disagreement"],
        reason=row["reason"],
    )


@cache
def load_controls(overrides: str = "") -> tuple[Control, ...]:
    """All controls in the order of the list. ``overrides`` is the setting: ``11F-K005=quarantine_row;11F-K030=1000000``."""
    with SEED.open(encoding="utf-8", newline="") as handle:
        controls = {c.rule_id: c for c in map(_control, csv.DictReader(handle))}
    for part in filter(None, (p.strip() for p in overrides.split(";"))):
        rule_id, _, value = (text.strip() for text in part.partition("="))
        control = controls.get(rule_id)
        if control is None or control.scope == "layout" or not control.is_implemented:
            raise UserError(f"{SETTING}: '{rule_id}' is no control that can be set; docs/kostra-controls.md lists them.")
        if value in ACTIONS and not (value == "quarantine_row" and control.scope == "file"):
            controls[rule_id] = replace(control, action=value)
        elif value.isdigit() and control.limit is not None:
            controls[rule_id] = replace(control, limit=int(value))
        else:
            right = [a for a in ACTIONS if not (a == "quarantine_row" and control.scope == "file")]
            number = " or a whole number" if control.limit is not None else ""
            raise UserError(f"{SETTING}: {rule_id} must be {', '.join(right)}{number}.")
    return tuple(controls.values())


def controls_of(form: str, overrides: str = "") -> tuple[Control, ...]:
    """Implemented controls of a form."""
    return tuple(c for c in load_controls(overrides) if c.form == form and c.is_implemented)
