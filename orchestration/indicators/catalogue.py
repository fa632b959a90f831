"""The seeds of the indicator catalogue as plain values.

Belongs here: reading the seeds and putting what belongs to one indicator together. Does not belong here: how it is shown.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass

from orchestration.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds" / "indicators"
THEMES = {
    "dwellings": "Dwellings (boliger)",
    "households": "Households (husstander)",
    "applications": "Applications and waiting list (søknader og venteliste)",
    "care": "Care (helse- og omsorgstjenester)",
    "vulnerable": "Vulnerable on the housing market (vanskeligstilte på boligmarkedet)",
    "husbanken": "Husbanken",
    "economy": "Economy (økonomi)",
    "quality": "Quality of the data (datakvalitet)",
}
_UNITS = {
    "count": "count",
    "share": "share (0–1)",
    "per_1000": "per 1 000",
    "per_100": "per 100",
    "nok": "NOK",
    "nok_per_month": "NOK per month",
    "sqm": "square metres",
}
_SOURCES = {
    "own_register": "the municipality's own register",
    "iplos": "care register (IPLOS)",
    "kostra_11f": "KOSTRA form 11F",
    "kostra_11cf": "KOSTRA form 11CF",
    "kostra_accounts": "KOSTRA accounts",
    "temporary_accommodation": "register of temporary accommodation",
    "husbanken": "Husbanken",
    "receipts": "the deliveries themselves",
    "ssb_population": "Statistics Norway, table 07459",
    "ssb_statbank": "Statistics Norway, StatBank",
}
_REPORTS = {
    "R1": "Agenda Kaupang 2020",
    "R2": "Oslo Economics/NIBR 2020",
    "R3": "NIBR 2013:29",
    "R4": "NOVA 2010",
}


@dataclass(frozen=True)
class Break:
    """From ``year`` on the figures of these vintages are another stretch of the series."""

    year: int
    vintages: tuple[str, ...]
    breakdowns: str
    reason_nb: str
    reason_en: str
    source: str


@dataclass(frozen=True)
class Indicator:
    """A row of the catalogue with what follows from its measures and breaks, in words."""

    indicator_id: str
    version: int
    theme: str
    label_nb: str
    label_en: str
    definition: str
    formula: str
    unit: str
    is_ratio: bool
    population: str
    stock_or_flow: str
    source: str
    reference_date: str
    first_year: int
    breakdowns: tuple[str, ...]
    never_without: str
    related: str
    caveats: tuple[str, ...]
    rules: tuple[str, ...]
    reports: tuple[str, ...]
    breaks: tuple[Break, ...]


@dataclass(frozen=True)
class NotComputable:
    """Something that reports ask for and no source or published table gives."""

    indicator_id: str
    label_nb: str
    label_en: str
    what_is_needed: str
    held_by: str
    reports: tuple[str, ...]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a seed of the catalogue."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def unit_in_words(unit: str) -> str:
    """A unit as people say it."""
    return _UNITS.get(unit, unit.replace("_", " "))


def load_catalogue() -> list[Indicator]:
    """Every indicator, by theme in the order of ``THEMES`` and then by id."""
    measures = {row["measure_id"]: row for row in rows("measure")}
    breaks = _breaks()
    found = [_indicator(row, measures, breaks[row["indicator_id"]]) for row in rows("indicator")]
    order = list(THEMES)
    return sorted(found, key=lambda indicator: (order.index(indicator.theme), indicator.indicator_id))


def load_not_computable() -> list[NotComputable]:
    """What cannot be computed, in the order of the reports."""
    return [
        NotComputable(
            row["indicator_id"], row["label_nb"], row["label_en"], row["what_is_needed"], row["held_by"], _reports(row["report_ids"])
        )
        for row in rows("indicator_not_computable")
    ]


def _indicator(row: dict[str, str], measures: dict[str, dict[str, str]], breaks: tuple[Break, ...]) -> Indicator:
    over, under = measures[row["numerator_measure"]], measures.get(row["denominator_measure"])
    caveats = [row["caveat"]] if row["caveat"] else []
    if row["level_safe"] == "false":
        caveats.append("Levels are not to be compared between municipalities.")
    if row["trend_safe"] == "false":
        caveats.append("Years are not to be compared.")
    if row["is_lumpy"] == "true":
        caveats.append("Comes in lumps: a year that stands out is no sign of an error.")
    if row["minimum_count"]:
        caveats.append(f"Says little where fewer than {row['minimum_count']} stand under the line.")
    return Indicator(
        indicator_id=row["indicator_id"],
        version=int(row["version"]),
        theme=row["theme"],
        label_nb=row["label_nb"],
        label_en=row["label_en"],
        definition=row["definition"],
        formula=_formula(row, over, under),
        unit=row["unit"],
        is_ratio=under is not None,
        population=over["population_counted"],
        stock_or_flow=over["stock_or_flow"],
        source=_SOURCES[over["source"]],
        reference_date=over["reference_date_rule"],
        first_year=int(row["first_year"]),
        breakdowns=tuple(row["permitted_breakdowns"].split("|")),
        never_without=row["never_without_breakdown"],
        related=row["related_indicator"],
        caveats=tuple(caveats),
        rules=tuple(filter(None, row["counting_rules"].split("|"))),
        reports=_reports(row["report_ids"]),
        breaks=breaks,
    )


def _formula(row: dict[str, str], over: dict[str, str], under: dict[str, str] | None) -> str:
    if under is None:
        return over["label_en"] if over["breakdowns"] else f"{over['label_en']} (no sum of municipalities)"
    undivided = ", undivided" if row["denominator_breakdown"] == "all" and row["permitted_breakdowns"] != "none" else ""
    times = f" × {int(row['multiplier']):,}".replace(",", " ") if row["multiplier"] != "1" else ""
    return f"{over['label_en']} / {under['label_en']}{undivided}{times}"


def _breaks() -> dict[str, tuple[Break, ...]]:
    """The breaks of each indicator; those that differ by vintage alone are one."""
    by_indicator: dict[str, dict[tuple, list[str]]] = defaultdict(dict)
    for row in rows("indicator_break"):
        key = (int(row["break_year"]), row["breakdowns"], row["reason_nb"], row["reason_en"], row["source"])
        by_indicator[row["indicator_id"]].setdefault(key, []).append(row["vintage"])
    return defaultdict(
        tuple,
        {
            indicator: tuple(
                Break(year, tuple(sorted(vintages)), breakdowns, reason_nb, reason_en, source)
                for (year, breakdowns, reason_nb, reason_en, source), vintages in sorted(found.items())
            )
            for indicator, found in by_indicator.items()
        },
    )


def _reports(ids: str) -> tuple[str, ...]:
    """Ids such as R1:K5 by report, with its name."""
    numbers: dict[str, list[str]] = defaultdict(list)
    for each in filter(None, ids.split("|")):
        report, _, number = each.partition(":")
        numbers[_REPORTS[report]].append(number)
    return tuple(f"{report} ({', '.join(found)})" for report, found in numbers.items())
