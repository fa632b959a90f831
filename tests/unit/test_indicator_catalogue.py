"""The indicator catalogue and the SQL of the parts name the same indicators and breakdowns.

A code that nobody falls under is filled with zero, so a breakdown that no SQL counts would look like zeros: it is refused here.
"""

from __future__ import annotations

import csv
import re

import jinja2

from orchestration.arrivals.contracts import load_contracts
from orchestration.settings import PROJECT_ROOT

PART = re.compile(r"'(\w+)' as indicator_id,\s*'(\w+)' as breakdown,")


def catalogue_pairs() -> set[tuple[str, str]]:
    with (PROJECT_ROOT / "seeds/indicators/indicator.csv").open(encoding="utf-8") as file:
        return {(row["indicator_id"], name) for row in csv.DictReader(file) for name in row["permitted_breakdowns"].split("|")}


def sql_pairs(sql: str) -> set[tuple[str, str]]:
    macros = "".join((PROJECT_ROOT / f"macros/{name}.sql").read_text(encoding="utf-8") for name in ("dialect", "indicators"))
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(ref=lambda name: name, var=lambda name: name)
    return set(PART.findall(environment.from_string(macros + sql).render()))


def part_sql() -> dict[str, str]:
    names = re.findall(r'ref\("(int_indicators__\w+)"\)', (PROJECT_ROOT / "macros/indicators.sql").read_text(encoding="utf-8"))
    return {name: (PROJECT_ROOT / f"models/intermediate/indicators/{name}.sql").read_text(encoding="utf-8") for name in names}


def test_every_breakdown_of_the_catalogue_has_sql_and_the_other_way_round() -> None:
    counted = set().union(*(sql_pairs(sql) for sql in part_sql().values()))
    assert counted == catalogue_pairs()


def test_every_breakdown_of_the_catalogue_names_what_it_needs_and_the_contracts_have_it() -> None:
    with (PROJECT_ROOT / "seeds/indicators/indicator_need.csv").open(encoding="utf-8") as file:
        needs = list(csv.DictReader(file))
    without = [
        (indicator, breakdown)
        for indicator, breakdown in catalogue_pairs()
        if not any(n["indicator_id"] == indicator and re.fullmatch(n["breakdowns"].replace("%", ".*"), breakdown) for n in needs)
    ]
    assert without == []
    entities = {(c.source, f.entity) for c in load_contracts().values() for f in c.files}
    assert {(n["source"], n["entity"]) for n in needs} - entities == set()
    assert {n["indicator_id"] for n in needs} == {indicator for indicator, _ in catalogue_pairs()}


def test_the_calendar_asks_for_entities_that_the_contracts_have() -> None:
    contracts = load_contracts()
    with (PROJECT_ROOT / "seeds/deliveries/delivery_expectation.csv").open(encoding="utf-8") as file:
        asked = [(row["source"], entity) for row in csv.DictReader(file) for entity in row["entities"].split("|")]
    assert len(asked) > 5
    assert [(s, e) for s, e in asked if e not in {f.entity for f in contracts[s].files}] == []


def test_every_model_of_parts_is_in_the_union() -> None:
    folder = PROJECT_ROOT / "models/intermediate/indicators"
    with_parts = {path.stem for path in folder.glob("*.sql") if "indicator_part(" in path.read_text(encoding="utf-8")}
    assert with_parts == set(part_sql())


def test_a_breakdown_without_a_seed_row_is_seen() -> None:
    sql = 'select {{ indicator_part("disposed_dwellings", "1", breakdown="colour", code="colour") }}'
    assert sql_pairs(sql) == {("disposed_dwellings", "colour")}


def test_a_code_has_the_same_labels_in_the_dwellings_marts_and_in_the_breakdowns() -> None:
    def labels(path: str, name: str, code: str) -> dict[tuple[str, str], tuple[str, str]]:
        with (PROJECT_ROOT / path).open(encoding="utf-8") as file:
            return {(row[name], row[code]): (row["label_nb"], row["label_en"]) for row in csv.DictReader(file)}

    dwellings = labels("seeds/shared/code_label.csv", "code_list", "code")
    breakdowns = labels("seeds/indicators/breakdown.csv", "breakdown", "breakdown_code")
    both = dwellings.keys() & breakdowns.keys()
    assert len(both) == 14
    assert {key: dwellings[key] for key in both} == {key: breakdowns[key] for key in both}
