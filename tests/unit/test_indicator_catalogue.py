"""The list of measures and their SQL name the same measures and breakdowns, and every indicator is made of measures that are counted.

A code that nobody falls under is filled with zero, so a breakdown that no SQL counts would look like zeros: it is refused here.
"""

from __future__ import annotations

import csv
import re

import jinja2

from orchestration.arrivals.contracts import load_contracts
from orchestration.settings import PROJECT_ROOT

PAIR = re.compile(r"'(\w+)' as measure_id,\s*'(\w+)' as breakdown,")
# the sources whose years int_indicators__covered tells
COVERED = {"own_register", "iplos", "kostra_11f", "kostra_11cf", "kostra_accounts", "temporary_accommodation"}


def rows(name: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / f"seeds/indicators/{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def breakdowns(measure: dict[str, str]) -> set[str]:
    return set(filter(None, measure["breakdowns"].split("|")))


def listed_pairs() -> set[tuple[str, str]]:
    return {(row["measure_id"], name) for row in rows("measure") for name in breakdowns(row)}


def sql_pairs(sql: str) -> set[tuple[str, str]]:
    macros = "".join(path.read_text(encoding="utf-8") for path in sorted((PROJECT_ROOT / "macros").glob("*.sql")))
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(ref=lambda name: name, source=lambda *names: names[-1], var=lambda name: name)
    return set(PAIR.findall(environment.from_string(macros + sql).render()))


def published_pairs() -> set[tuple[str, str]]:
    """What published tables tell: the rows of their list are read by one model."""
    return {(row["measure_id"], row["breakdown"]) for row in rows("published_content") if row["measure_id"]}


def measure_sql() -> dict[str, str]:
    macro = (PROJECT_ROOT / "macros/indicators.sql").read_text(encoding="utf-8")
    names = re.findall(r'ref\("(\w+)"\)', macro[macro.index("macro measure_models") : macro.index("macro direct_figure_models")])
    return {name: (PROJECT_ROOT / f"models/intermediate/indicators/{name}.sql").read_text(encoding="utf-8") for name in names}


def refused(indicators: list[dict[str, str]], measures: list[dict[str, str]]) -> list[str]:
    """What is wrong with each indicator, in words."""
    by_id = {row["measure_id"]: row for row in measures}
    wrong = []
    for row in indicators:
        name, over = row["indicator_id"], by_id.get(row["numerator_measure"])
        wrong += [f"{name}: no {column}" for column in ("definition", "unit", "label_nb", "label_en", "theme") if not row[column]]
        wrong += [f"{name}: no source" for _ in "x" if over and not over["source"]]
        for column in ("numerator_measure", "denominator_measure"):
            if row[column] not in by_id and (row[column] or column == "numerator_measure"):
                wrong.append(f"{name}: {column} {row[column]!r} is no measure")
        asked = set(row["permitted_breakdowns"].split("|"))
        if over and breakdowns(over):  # the figures of a measure without breakdowns are direct ones
            wrong += [f"{name}: the numerator is not counted by {b}" for b in sorted(asked - breakdowns(over))]
        under = by_id.get(row["denominator_measure"])
        if under and breakdowns(under):
            needed = {"none"} if row["denominator_breakdown"] == "all" else asked
            wrong += [f"{name}: the denominator is not counted by {b}" for b in sorted(needed - breakdowns(under))]
    return wrong


def test_every_measure_of_the_list_has_sql_and_the_other_way_round() -> None:
    counted = set().union(*(sql_pairs(sql) for sql in measure_sql().values()))
    assert counted | published_pairs() == listed_pairs()
    published_alone = {row["measure_id"] for row in rows("measure") if row["source"] == "ssb_statbank"}
    assert {measure for measure, _ in listed_pairs() - counted} == published_alone


def test_every_indicator_has_a_definition_a_unit_a_source_and_measures_that_are_counted() -> None:
    assert refused(rows("indicator"), rows("measure")) == []


def test_an_indicator_without_what_it_needs_is_refused() -> None:
    measure = {"measure_id": "dwellings", "source": "own_register", "breakdowns": "none"}
    good = {
        "indicator_id": "i",
        "theme": "dwellings",
        "label_nb": "I",
        "label_en": "I",
        "definition": "What.",
        "unit": "count",
        "numerator_measure": "dwellings",
        "denominator_measure": "",
        "denominator_breakdown": "",
        "permitted_breakdowns": "none",
    }
    assert refused([good], [measure]) == []
    assert refused([good | {"definition": "", "unit": ""}], [measure]) == ["i: no definition", "i: no unit"]
    assert refused([good], [measure | {"source": ""}]) == ["i: no source"]
    assert refused([good | {"numerator_measure": "houses"}], [measure]) == ["i: numerator_measure 'houses' is no measure"]
    assert refused([good | {"numerator_measure": ""}], [measure]) == ["i: numerator_measure '' is no measure"]
    assert refused([good | {"permitted_breakdowns": "none|tenure"}], [measure]) == ["i: the numerator is not counted by tenure"]
    ratio = good | {"denominator_measure": "persons", "denominator_breakdown": "same", "permitted_breakdowns": "tenure"}
    people = {"measure_id": "persons", "source": "ssb_population", "breakdowns": "none"}
    by_tenure = measure | {"breakdowns": "none|tenure"}
    assert refused([ratio], [by_tenure, people]) == ["i: the denominator is not counted by tenure"]
    assert refused([ratio | {"denominator_breakdown": "all"}], [by_tenure, people]) == []


def test_every_measure_of_the_own_registers_names_what_it_needs_and_the_contracts_have_it() -> None:
    needs = rows("measure_need")
    own = {row["measure_id"]: row for row in rows("measure") if row["source"] in COVERED}
    without = [
        (measure, breakdown)
        for measure, row in own.items()
        for breakdown in breakdowns(row)
        if not any(n["measure_id"] == measure and re.fullmatch(n["breakdowns"].replace("%", ".*"), breakdown) for n in needs)
    ]
    assert without == []
    entities = {(c.source, f.entity) for c in load_contracts().values() for f in c.files}
    assert {(n["source"], n["entity"]) for n in needs} - entities == set()
    assert {n["measure_id"] for n in needs} - own.keys() == set()


def test_the_catalogue_is_sorted() -> None:
    """By theme and id, so that rows of two themes can be added side by side."""
    keys = [(row["theme"], row["indicator_id"]) for row in rows("indicator")]
    assert keys == sorted(set(keys))
    measures = [row["measure_id"] for row in rows("measure")]
    assert measures == sorted(set(measures))


def test_the_calendar_asks_for_entities_that_the_contracts_have() -> None:
    contracts = load_contracts()
    with (PROJECT_ROOT / "seeds/deliveries/delivery_expectation.csv").open(encoding="utf-8") as file:
        asked = [(row["source"], entity) for row in csv.DictReader(file) for entity in row["entities"].split("|")]
    assert len(asked) > 5
    assert [(s, e) for s, e in asked if e not in {f.entity for f in contracts[s].files}] == []


def test_every_model_of_measures_is_in_the_union() -> None:
    folder = PROJECT_ROOT / "models/intermediate/indicators"
    with_measures = {
        path.stem for path in folder.glob("*.sql") if re.search(r"\bmeasure\($|\bmeasure\((\"|name)", path.read_text("utf-8"), re.M)
    }
    assert with_measures | {"int_indicators__published"} == set(measure_sql())


def test_published_values_are_of_breakdowns_that_the_indicator_permits() -> None:
    permitted = {row["indicator_id"]: row["permitted_breakdowns"].split("|") for row in rows("indicator")}
    told = [(row["indicator_id"], row["breakdown"]) for row in rows("published_content") if row["indicator_id"]]
    assert len(told) > 2
    assert [pair for pair in told if pair[1] not in permitted[pair[0]]] == []


def test_a_breakdown_without_a_seed_row_is_seen() -> None:
    sql = 'select {{ measure("disposed_dwellings", "1", breakdown="colour", code="colour") }}'
    assert sql_pairs(sql) == {("disposed_dwellings", "colour")}


def test_a_code_has_the_same_labels_in_the_dwellings_marts_and_in_the_breakdowns() -> None:
    def labels(path: str, name: str, code: str) -> dict[tuple[str, str], tuple[str, str]]:
        with (PROJECT_ROOT / path).open(encoding="utf-8") as file:
            return {(row[name], row[code]): (row["label_nb"], row["label_en"]) for row in csv.DictReader(file)}

    dwellings = labels("seeds/shared/code_label.csv", "code_list", "code")
    breakdowns = labels("seeds/indicators/breakdown.csv", "breakdown", "breakdown_code")
    both = dwellings.keys() & breakdowns.keys()
    assert len(both) == 105
    assert {key: dwellings[key] for key in both} == {key: breakdowns[key] for key in both}
