"""Times with censoring and delayed entry (C29) on random waits, held against whole fractions and against another implementation.

Belongs here: that the curve is right whatever was observed. Does not belong here: what is observed (dbt unit tests of ``fct_survival``).
"""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from typing import NamedTuple

import pytest
from compiled_models import AS_OF, CompiledModels
from scipy.stats import CensoredData, ecdf

FIRST = dt.date(AS_OF.year, 1, 1)
TOWNS = 400
SHARES = (Fraction(3, 4), Fraction(1, 2), Fraction(1, 4), Fraction(1, 10))
GIVEN = ("fct_tenancy", "int_tenancies__stay", "fct_application", "fct_vacancy_spell", "int_geography__described", "dim_breakdown")


class Wait(NamedTuple):
    """Under observation from ``entry`` days after it began to ``exit``; assigned then, or lost from sight."""

    entry: int
    exit: int
    is_event: bool


def draw_town(draw: random.Random) -> list[Wait]:
    """A few waits with many ties; in every other town some began before the first delivered day."""
    may_be_late = draw.random() < 0.5
    waits = []
    for _ in range(draw.randint(1, 12)):
        entry = draw.choice([0, 0, 3, 8]) if may_be_late else 0
        waits.append(Wait(entry, entry + draw.randint(1, 9), draw.random() < 0.6))
    return waits


def application(code: str, number: int, wait: Wait) -> dict:
    """A row of fct_application that is observed in this way."""
    listed = FIRST - dt.timedelta(days=wait.entry)
    left = listed + dt.timedelta(days=wait.exit)
    return {
        "application_key": f"{code}-{number}",
        "municipality_code": code,
        "listed_date": listed,
        "left_list_date": left,
        "assigned_date": left if wait.is_event else None,
        "withdrawn_date": None if wait.is_event else left,
    }


def expected(waits: list[Wait]) -> tuple:
    """Quartiles and the 90th percentile, whether they are reached and the fewest at risk, by definition and without rounding."""
    last_entry = max(wait.entry for wait in waits)
    left, is_known, fewest = Fraction(1), True, []
    found: list[int | None] = [None] * len(SHARES)
    for day in sorted({wait.exit for wait in waits}):
        at_risk = sum(wait.entry < day <= wait.exit for wait in waits)
        events = sum(wait.exit == day and wait.is_event for wait in waits)
        if events:
            if left > Fraction(1, 2):
                fewest.append(at_risk)
            left *= Fraction(at_risk - events, at_risk)
        is_emptied = not any(wait.entry <= day < wait.exit for wait in waits) and day < last_entry
        if is_known and not (is_emptied and events == at_risk):
            found = [day if days is None and left <= share else days for days, share in zip(found, SHARES, strict=True)]
        is_known = is_known and not is_emptied
    reached = [True if days is not None else False if is_known else None for days in found]
    return (*found, *reached, min(fewest, default=None))


@pytest.fixture(scope="module")
def towns() -> dict[str, list[Wait]]:
    draw = random.Random(29)
    return {f"{number:04}": draw_town(draw) for number in range(TOWNS)}


@pytest.fixture(scope="module")
def found(towns, compiled, tmp_path_factory) -> dict[str, tuple]:
    models = CompiledModels(compiled, tmp_path_factory.mktemp("survival"), ["fct_survival"], given=GIVEN)
    con = models.run(
        {
            "raw.delivery": [
                {"delivery_id": code, "source": "municipal", "supplier": code, "period_start": FIRST, "is_current": True} for code in towns
            ],
            "raw.delivery_file": [{"delivery_id": code, "entity": "application"} for code in towns],
            "intermediate.int_geography__described": [{"municipality_code": code, "last_date": AS_OF} for code in towns],
            "households.fct_application": [
                application(code, number, wait) for code, waits in towns.items() for number, wait in enumerate(waits)
            ],
        }
    )
    rows = con.execute(
        "select area_code, q25_days, median_days, q75_days, q90_days, is_q25_reached, is_median_reached, is_q75_reached, is_q90_reached, "
        "fewest_at_risk_count from households.fct_survival where breakdown = 'none'"
    ).fetchall()
    return {code: tuple(values) for code, *values in rows}


def test_quartiles_are_those_of_whole_fractions(towns, found) -> None:
    by_town = {code: expected(waits) for code, waits in towns.items()}
    assert {code: found[code] for code in by_town} == by_town
    assert found["0"] == expected([wait for waits in towns.values() for wait in waits])
    shapes = {values[4:8] for values in by_town.values()}
    assert {(True,) * 4, (True, True, True, False), (True, True, False, False), (False,) * 4, (None,) * 4} <= shapes


def test_quartiles_without_delayed_entry_are_those_of_scipy(towns, found) -> None:
    compared = 0
    for code, waits in towns.items():
        ended = [wait.exit for wait in waits if wait.is_event]
        if any(wait.entry for wait in waits) or not ended:
            continue
        curve = ecdf(CensoredData(uncensored=ended, right=[wait.exit for wait in waits if not wait.is_event])).sf
        pairs = list(zip(curve.quantiles, curve.probabilities, strict=True))
        quartiles = tuple(next((int(day) for day, left in pairs if left <= share + 1e-9), None) for share in (0.75, 0.5, 0.25, 0.1))
        assert found[code][:4] == quartiles
        compared += 1
    assert compared > 100
