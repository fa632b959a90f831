"""Care services of persons in and outside municipal dwellings.

Belongs here: services with their need scores. Does not belong here: how they count (``truth``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.dwellings import Dwellings
from orchestration.synthetic.households import Households, Members
from orchestration.synthetic.stays import Stays

HOUSING_TYPES = (12, 13, 29)
STAFFING = ("none", "part_of_day", "round_clock")
_AT_HOME = (1, 2, 4, 6, 9, 15, 26, 27, 28)
_AT_HOME_SHARES = (0.24, 0.10, 0.08, 0.14, 0.07, 0.28, 0.03, 0.03, 0.03)


@dataclass
class Services:
    """One entry per service. ``person`` points into the municipality's list of persons; ``staffing`` -1 is empty."""

    person: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    end: np.ndarray
    staffing: np.ndarray
    scores: np.ndarray
    hours_tenths: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


def make_services(
    rng: np.random.Generator,
    households: Households,
    members: Members,
    stays: Stays,
    dwellings: Dwellings,
    outside: np.ndarray,
    first: int,
    horizon: int,
) -> Services:
    """Services of household members, housing decisions of those in adapted and staffed dwellings, and others' services.

    ``outside`` are places in the list of persons of people who do not live in a municipal dwelling.
    """
    group = households.group[members.household]
    holder = members.number == 1
    receives = rng.random(len(group)) < np.where(holder, cal.CARE[group], 0.06)
    receives &= members.person == np.arange(len(group))
    rows = np.flatnonzero(receives)
    start, until = members.from_day[rows], members.to_day[rows]
    begin = start + np.where(rng.random(len(rows)) < 0.7, -rng.integers(0, 500, len(rows)), rng.integers(0, 400, len(rows)))
    begin = np.maximum(np.minimum(begin, until - 5), members.birth[rows])
    finish = until + rng.integers(0, 200, len(rows))
    early = rng.random(len(rows)) < 0.15
    finish = np.where(early, begin + 30 + ((finish - begin) * rng.random(len(rows))).astype(np.int64), finish)
    parts = [(rows, begin, finish, rng.choice(_AT_HOME, len(rows), p=_AT_HOME_SHARES), np.full(len(rows), -1))]
    again = np.flatnonzero(rng.random(len(rows)) < 0.35)
    kinds = rng.choice(_AT_HOME, len(again), p=_AT_HOME_SHARES)
    parts.append((rows[again], begin[again] + 20, finish[again] + 20, kinds, np.full(len(again), -1)))

    category = dwellings.at("category", stays.dwelling, stays.start)
    share = np.array([0.0, 0.55, 0.05, 0.85, 0.9])[category]
    housed = np.flatnonzero((rng.random(len(stays)) < share) & (stays.group < 4))
    person = members.holder_row[stays.household[housed]]
    old = (stays.start[housed] < first - 3000) & (rng.random(len(housed)) < 0.5)
    kind = np.where(old, np.where(category[housed] == cal.ADAPTED, 12, 13), 29)
    staffing = np.array([0, 0, 0, 1, 2])[category[housed]]
    parts.append((person, stays.start[housed], stays.end[housed], kind, staffing))

    begin = rng.integers(first - 1500, horizon, len(outside))
    finish = begin + 60 + rng.exponential(1100, len(outside)).astype(np.int64)
    parts.append((outside, begin, finish, rng.choice(_AT_HOME, len(outside), p=_AT_HOME_SHARES), np.full(len(outside), -1)))

    person, start, end, kind, staffing = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((kind, person, start))
    order = order[(end[order] >= first) & (end[order] > start[order])]
    person, start, end, kind, staffing = person[order], start[order], end[order], kind[order], staffing[order]
    n = len(order)
    level = rng.normal(2.3, 0.9, n)[:, None] + rng.normal(0, 0.8, (n, 17))
    scores = np.clip(np.rint(level), 1, 5).astype(np.int8)
    scores[rng.random((n, 17)) < 0.04] = 9
    hours = np.where(staffing >= 0, 0, np.minimum(1600, 5 + rng.exponential(55, n))).astype(np.int64)
    return Services(person, kind, start, end, staffing, scores, hours)
