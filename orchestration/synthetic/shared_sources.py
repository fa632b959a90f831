"""Deliveries that concern all municipalities: Klass, table 07459 and the supplement to it.

Belongs here: the shipped public files as deliveries, unchanged, and the estimates with their status. They carry the
first delivered day as period end, so that they count for every as-of date of the set.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path

from orchestration.synthetic.landing import Landing, Period
from orchestration.synthetic.reference import AGE_GROUPS, REFERENCE, population


def _copy(source: Path, target: Path) -> int:
    shutil.copyfile(source, target)
    with source.open("rb") as handle:
        return sum(1 for _ in handle) - 1


def _write_supplement(path: Path, last_year: int) -> int:
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerow(["municipality_code", "year", "age_group", "persons", "status", "method"])
        for year in range(2020, last_year + 1):
            for code, figure in sorted(population(year).items()):
                writer.writerow([code, year, "all", figure.total, figure.status, figure.method])
                for age_group, persons in zip(AGE_GROUPS, figure.ages, strict=True):
                    writer.writerow([code, year, age_group, persons, figure.age_status, figure.age_method])
                rows += 1 + len(AGE_GROUPS)
    return rows


def deliver_shared(landing: Landing, first: dt.date, last_year: int) -> None:
    """Write the three deliveries."""
    received = dt.datetime.combine(first + dt.timedelta(days=1), dt.time(8))
    period = Period(first, first, received)

    def copies(folder: str, pattern: str) -> dict:
        sources = sorted((REFERENCE / folder).glob(pattern))
        return {source.name: lambda path, source=source: _copy(source, path) for source in sources}

    landing.deliver("klass", "ssb", period, copies("regions", "klass131_*.csv"))
    landing.deliver("ssb_population", "ssb", period, copies("population", "ssb_07459_raw_*.csv"))
    if last_year + 1 >= 2020:
        landing.deliver(
            "population_supplement", "fjernlys", period, {"population.csv": lambda path: _write_supplement(path, last_year + 1)}
        )
