"""The list of KOSTRA's controls against the code: each has its one condition, and what it says of itself makes sense."""

from __future__ import annotations

import csv

import pytest

from orchestration.kostra import account_conditions, controls_page, person_conditions
from orchestration.kostra.registry import ACTIONS, SEED, load_controls
from orchestration.settings import PROJECT_ROOT, UserError
from orchestration.sources.position_file import read_layouts

CONTROLS = load_controls()


def gate_rules() -> set[str]:
    with (PROJECT_ROOT / "seeds/quality/quality_rule.csv").open(encoding="utf-8", newline="") as file:
        return {row["rule_id"] for row in csv.DictReader(file) if row["owner"] == "gate"}


def test_each_control_has_its_one_condition() -> None:
    listed = {scope: {c.rule_id for c in CONTROLS if c.is_implemented and c.scope == scope} for scope in ("record", "file", "group")}
    assert listed["record"] == set(person_conditions.CONDITIONS) | set(account_conditions.CONDITIONS)
    assert listed["file"] == set(account_conditions.SUMS)
    assert listed["group"] == {"11F-K005A", "11F-K005B", "11CF-K005A", "11CF-K005B", "REG-K015"}
    assert {rule for c in CONTROLS for rule in c.gate_rules} <= gate_rules()
    assert all(bool(c.gate_rules) == (c.scope == "layout") for c in CONTROLS)


def test_the_list_is_whole() -> None:
    for c in CONTROLS:
        assert c.rule_id == f"{c.form}-{c.control}" and c.condition and c.title_nb
        assert bool(c.message_nb) == c.is_implemented == (c.action in ACTIONS)
        assert c.is_implemented or c.reason
    assert len({c.rule_id for c in CONTROLS}) == len(CONTROLS)
    with SEED.open(encoding="utf-8") as file:
        assert not any("\t" in line for line in file)


def test_actions_follow_severities() -> None:
    usual = {"fatal": "refuse_delivery", "error": "quarantine_row", "warning": "warn", "info": "warn"}
    others = {c.rule_id for c in CONTROLS if c.is_implemented and c.action != usual[c.severity]}
    assert others == {c.rule_id for c in CONTROLS if c.scope == "file" and c.is_implemented and c.severity == "error"}


def test_every_year_of_a_control_has_a_layout() -> None:
    folder = PROJECT_ROOT / "reference" / "kostra_layouts"
    for form in ("11F", "11CF"):
        years = {y for c in CONTROLS if c.form == form for y in (c.first_year, c.last_year)}
        assert all(layout.fields for layout in read_layouts(folder, form, tuple(sorted(years))).values())


def test_a_data_home_may_decide_otherwise() -> None:
    changed = {c.rule_id: c for c in load_controls("11F-K005=quarantine_row; 11F-K030=1000000;REG-K110=refuse_delivery")}
    assert (changed["11F-K005"].action, changed["11F-K030"].limit, changed["11F-K030"].action) == ("quarantine_row", 1_000_000, "warn")
    assert changed["REG-K110"].action == "refuse_delivery"
    assert {c.rule_id for c in CONTROLS if c != changed[c.rule_id]} == {"11F-K005", "11F-K030", "REG-K110"}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("11F-K999=warn", "'11F-K999' is no control that can be set"),
        ("11F-K020A=warn", "'11F-K020A' is no control that can be set"),
        ("11F-K002=warn", "'11F-K002' is no control that can be set"),
        ("11F-K005=stop", "11F-K005 must be refuse_delivery, quarantine_row, warn."),
        ("11F-K030=much", "11F-K030 must be refuse_delivery, quarantine_row, warn or a whole number."),
        ("REG-K110=quarantine_row", "REG-K110 must be refuse_delivery, warn."),
    ],
)
def test_a_wrong_setting_says_what_would_be_right(setting: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_controls(setting)


def test_the_page_follows_the_list() -> None:
    page = controls_page.PAGE.read_text(encoding="utf-8")
    assert controls_page.render(page) == page
    assert all(f"| {c.control} | {c.title_nb} |" in page for c in CONTROLS)
