"""What the project knows about real municipalities: codes with validity and population, from ``reference/``.

Belongs here: reading the shipped public files and estimating population where they have no figure. Does not belong
here: anything about dwellings.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

REFERENCE = PROJECT_ROOT / "reference"
AGE_GROUPS = ("0-17", "18-66", "67-79", "80+")
NOT_A_MUNICIPALITY = "9999"
_FOREVER = dt.date(9999, 12, 31)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a shipped file, by the names of its header."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@dataclass(frozen=True)
class Municipality:
    """A code with its name and the days it is valid (``valid_to`` is the first day it is not)."""

    code: str
    name: str
    valid_from: dt.date
    valid_to: dt.date


@cache
def municipalities() -> dict[str, Municipality]:
    """Every code with the last unbroken time it was valid; a change of name does not break it."""
    found: dict[str, Municipality] = {}
    versions = rows_of(REFERENCE / "regions" / "klass131_municipality_versions.csv")
    for row in sorted(versions, key=lambda r: (r["code"], r["valid_from"])):
        start = dt.date.fromisoformat(row["valid_from"])
        end = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else _FOREVER
        before = found.get(row["code"])
        if before and before.valid_to == start:
            start = before.valid_from
        if row["code"] != NOT_A_MUNICIPALITY:
            found[row["code"]] = Municipality(row["code"], row["name"], start, end)
    return found


@cache
def _known() -> dict[int, dict[str, tuple[int, tuple[int, ...] | None]]]:
    """Official population at 1 January: year, code, total and persons by age group where the file has ages."""
    known: dict[int, dict[str, tuple[int, tuple[int, ...] | None]]] = defaultdict(dict)
    for row in rows_of(REFERENCE / "population" / "population_by_municipality.csv"):
        ages = tuple(int(row[name]) for name in ("age_0_17", "age_18_66", "age_67_79", "age_80_plus") if row[name])
        known[int(row["year"])][row["code"]] = (int(row["population"]), ages or None)
    return known


@cache
def _successors(date: str) -> dict[str, tuple[str, ...]]:
    """Codes that follow each code changed on a date."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(REFERENCE / "regions" / "klass131_changes.csv"):
        if row["change_date"] == date:
            found[row["from_code"]].append(row["to_code"])
    return {code: tuple(dict.fromkeys(to)) for code, to in found.items()}


@dataclass(frozen=True)
class Population:
    """Population of a code at 1 January, by age group, with how the figures came about."""

    total: int
    ages: tuple[int, ...]
    status: str
    method: str
    age_status: str
    age_method: str


def _distributed(total: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Spread a total over age groups like ``shape``; the parts add up to it (largest remainders)."""
    exact = [total * part / sum(shape) for part in shape]
    parts = [int(x) for x in exact]
    for i in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


@cache
def population(year: int) -> dict[str, Population]:
    """Population at 1 January of every code valid then; estimated where no official figure is at hand.

    2021-2023 lie on the line from 2020 to 2024, a code that ended in 2024 towards the sum of its successors. From 2025
    the figures of 2024 are carried forward. Ages after 2020 are spread like the ages of 2020 (of the code before).
    """
    known = _known()
    if year in known and year < 2021:
        return {
            code: Population(total, ages or (), "official", "observed", "official", "observed")
            for code, (total, ages) in known[year].items()
        }
    follows, base, target = _successors("2024-01-01"), known[2020], known[2024]
    before = {new: old for old, news in follows.items() for new in news if new != old}
    result = {}
    if year < 2024:
        for code, (start, ages) in base.items():
            end = sum(target[new][0] for new in follows.get(code, (code,)))
            total = round(start + (end - start) * (year - 2020) / 4)
            result[code] = Population(total, _distributed(total, ages), "estimated", "interpolated", "estimated", "distributed")
        return result
    status, method = ("official", "observed") if year == 2024 else ("estimated", "carried_forward")
    for code, (total, _) in target.items():
        shape = base[code if code in base else before[code]][1]
        result[code] = Population(total, _distributed(total, shape), status, method, "estimated", "distributed")
    return result


@cache
def inhabitants(year: int) -> dict[str, Population]:
    """Population on 31 December of every code valid then, within its borders of that day.

    That is the figure of 1 January after, also where the code alone changes. Of a code that takes in or gives up anything that day it is
    the figure of 1 January of the year, the last one within the old borders.
    """
    follows, last_day = _successors(f"{year + 1}-01-01"), dt.date(year, 12, 31)
    heirs = {m.code: follows.get(m.code, (m.code,)) for m in municipalities().values() if m.valid_from <= last_day < m.valid_to}
    origins = Counter(heir for several in heirs.values() for heir in several)
    found = {
        code: population(year + 1).get(several[0]) if len(several) == 1 and origins[several[0]] == 1 else population(year).get(code)
        for code, several in heirs.items()
    }
    return {code: people for code, people in found.items() if people}
