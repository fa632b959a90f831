"""Who stays where and how long: stays in dwellings, moves between them, and the contracts a stay is cut into.

Belongs here: the flow through the dwellings. Does not belong here: the households' members and groups (``households``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import add_years, year_of
from orchestration.synthetic.dwellings import Dwellings


@dataclass
class Stays:
    """A household's unbroken time in one dwelling. ``end`` is what counts, ``told_end`` what the supplier says.

    ``group`` is the household's group 1-7 (0-6 here) when it came; ``moved_from`` is the stay it left for this one, or -1;
    ``returned_from`` the one that it had left some time before, or -1. ``days_early`` is how much too early the supplier says it began.
    """

    dwelling: np.ndarray
    start: np.ndarray
    end: np.ndarray
    told_end: np.ndarray
    group: np.ndarray
    moved_from: np.ndarray
    returned_from: np.ndarray
    household: np.ndarray
    days_early: np.ndarray

    def __len__(self) -> int:
        return len(self.dwelling)

    def linked(self) -> np.ndarray:
        """Stays whose household has another one right before or after."""
        linked = (self.moved_from >= 0) | (self.returned_from >= 0)
        for origin in (self.moved_from, self.returned_from):
            linked[origin[origin >= 0]] = True
        return linked


@dataclass
class Tenancies:
    """Contracts: a stay on three-year contracts has several, each starting on the day the one before ends."""

    stay: np.ndarray
    dwelling: np.ndarray
    household: np.ndarray
    start: np.ndarray
    end: np.ndarray
    told_end: np.ndarray
    three_year: np.ndarray
    is_renewal: np.ndarray

    def __len__(self) -> int:
        return len(self.stay)


def _mean_stays(category: np.ndarray) -> np.ndarray:
    permanent = np.isin(category, (cal.ADAPTED, cal.STAFFED_DAY, cal.STAFFED_ROUND_CLOCK)).astype(np.int64)
    return cal.MEAN_STAY[permanent]


def _draw_groups(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    edges = np.cumsum(shares, axis=1)
    return (rng.random(len(shares))[:, None] * edges[:, -1:] >= edges).sum(axis=1)


def _moving_in(rng: np.random.Generator, category: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Groups of those who move in: more refugees in years when many were settled."""
    shares, years = cal.MOVE_IN_GROUPS[category].copy(), year_of(start)
    for year, weight in cal.REFUGEE_YEARS.items():
        shares[years == year, 4] *= weight
    return _draw_groups(rng, shares)


def _draw_stays(rng: np.random.Generator, dwellings: Dwellings, first: int, horizon: int) -> list[np.ndarray]:
    """Dwelling, start, end and group of every stay: those on the first day, then one after the other with gaps."""

    def length(category: np.ndarray, group: np.ndarray) -> np.ndarray:
        return rng.exponential(_mean_stays(category)[np.arange(len(group)), group] * 365.25).astype(np.int64)

    n = len(dwellings)
    existing = dwellings.acquired < first
    let = existing & (rng.random(n) >= cal.VACANCY)
    there = np.flatnonzero(let)
    category = dwellings.category[there]
    group = _draw_groups(rng, cal.MOVE_IN_GROUPS[category] * _mean_stays(category))
    start = np.maximum(first - 1 - length(category, group), dwellings.acquired[there])
    end = first + 1 + length(category, group)
    parts = [(there, start, end, group)]
    gap = rng.exponential(cal.MEAN_VACANT_DAYS, n).astype(np.int64)
    free = np.where(existing, first + 1 + gap, dwellings.acquired + rng.integers(5, 60, n))
    free[there] = end + 3 + gap[there]
    until = np.minimum(dwellings.disposed, horizon)
    while len(there := np.flatnonzero(free < until)):
        category, start = dwellings.at("category", there, free[there]), free[there]
        group = _moving_in(rng, category, start)
        end = start + cal.SHORTEST_STAY_DAYS + length(category, group)
        parts.append((there, start, end, group))
        free[there] = end + 3 + rng.exponential(cal.MEAN_VACANT_DAYS, len(there)).astype(np.int64)
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _share_flats(rng: np.random.Generator, dwellings: Dwellings, first: int, horizon: int) -> list[np.ndarray]:
    """Stays on further contracts in shared flats, as ``_draw_stays`` gives them: one to three rows of them beside the first."""
    there = np.repeat(np.flatnonzero(dwellings.is_shared), 3)
    there = there[np.arange(len(there)) % 3 < rng.integers(1, 4, len(there))]
    existing = dwellings.acquired[there] < first
    free = np.where(existing, first - rng.integers(-200, 900, len(there)), dwellings.acquired[there] + rng.integers(0, 90, len(there)))
    free = np.maximum(free, dwellings.acquired[there])
    parts = [(there[:0], there[:0], there[:0], there[:0])]
    while len(there):
        length = cal.SHORTEST_STAY_DAYS + rng.exponential(cal.SHARED_MEAN_STAY * 365.25, len(there)).astype(np.int64)
        end = np.maximum(free, first) + length
        parts.append((there, free, end, np.where(rng.random(len(there)) < 0.75, 4, 5)))
        free = end + np.where(rng.random(len(there)) < 0.2, 0, rng.exponential(120, len(there)).astype(np.int64))
        going_on = free < np.minimum(dwellings.disposed[there], horizon)
        there, free = there[going_on], free[going_on]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _link_returns(rng: np.random.Generator, stays: Stays, first: int) -> None:
    """Some who move in had a municipal dwelling before, and left it at least twenty days ago."""
    alone = ~stays.linked()
    coming = alone & (stays.start > first) & (rng.random(len(stays)) < cal.RETURNS)
    away = 20 + rng.exponential(250, len(stays)).astype(np.int64)
    for group in range(7):
        sources = np.flatnonzero(alone & ~coming & (stays.group == group))
        sources = sources[np.argsort(stays.end[sources], kind="stable")]
        comers = np.flatnonzero(coming & (stays.group == group))
        place = np.searchsorted(stays.end[sources], stays.start[comers] - away[comers], side="right") - 1
        comers, place = comers[place >= 0], place[place >= 0]
        place, once = np.unique(place, return_index=True)
        comers, origin = comers[once], sources[place]
        fits = (stays.dwelling[origin] != stays.dwelling[comers]) & (stays.end[origin] > stays.start[comers] - 1200)
        stays.returned_from[comers[fits]] = origin[fits]


def _link_moves(rng: np.random.Generator, further: np.random.Generator, stays: Stays, first: int) -> None:
    """Turn some starts into moves: the household of a stay that ended about then, some with two contracts for a while."""
    moving = (rng.random(len(stays)) < cal.INTERNAL_MOVES) & (stays.start > first)
    for group in range(7):
        sources = np.flatnonzero(stays.group == group)
        sources = sources[np.argsort(stays.end[sources], kind="stable")]
        movers = np.flatnonzero(moving & (stays.group == group))
        if not len(sources) or not len(movers):
            continue
        place = np.searchsorted(stays.end[sources], stays.start[movers] - 30)
        movers, place = movers[place < len(sources)], place[place < len(sources)]
        place, once = np.unique(place, return_index=True)
        movers, origin = movers[once], sources[place]
        fits = stays.end[origin] <= stays.start[movers] + 90
        fits &= stays.start[origin] < stays.start[movers] - 90
        fits &= stays.dwelling[origin] != stays.dwelling[movers]
        movers, origin = movers[fits], origin[fits]
        stays.moved_from[movers] = origin
        both = np.where(further.random(len(movers)) < cal.MOVES_WITH_TWO_CONTRACTS, further.integers(1, 76, len(movers)), 0)
        stays.end[origin] = np.minimum(stays.end[origin], stays.start[movers] + both)


def _number_households(stays: Stays) -> None:
    root = np.maximum(stays.moved_from, stays.returned_from)
    root = np.where(root >= 0, root, np.arange(len(stays)))
    while not np.array_equal(root, root[root]):
        root = root[root]
    stays.household = np.unique(root, return_inverse=True)[1]


def make_stays(rng: np.random.Generator, further: np.random.Generator, dwellings: Dwellings, first: int, horizon: int) -> Stays:
    """All stays that touch the time from ``first``; drawn beyond the last delivery so that some households still wait.

    ``further``: the stream for shared flats, households that come back, and those with two contracts.
    """
    parts = _draw_stays(rng, dwellings, first, horizon), _share_flats(further, dwellings, first, horizon)
    dwelling, start, end, group = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((dwelling, start))
    dwelling, start, end, group = dwelling[order], start[order], end[order], group[order]
    leave = dwellings.disposed[dwelling] - rng.integers(0, 30, len(order))
    end = np.where(end > leave, np.maximum(leave, start + 1), end)
    end = np.minimum(end, dwellings.disposed[dwelling])
    nobody = np.full(len(order), -1)
    stays = Stays(dwelling, start, end, end, group, nobody, nobody.copy(), nobody.copy(), np.zeros_like(nobody))
    _link_moves(rng, further, stays, first)
    _link_returns(further, stays, first)
    _number_households(stays)
    stays.told_end = stays.end.copy()
    return stays


def make_tenancies(rng: np.random.Generator, stays: Stays, first: int) -> Tenancies:
    """Cut stays into contracts; contracts that ended before the first day are forgotten. Number = order of start."""
    draw = rng.random(len(stays))
    three_year = (draw < cal.THREE_YEAR_CONTRACTS[stays.group]) & (stays.told_end == stays.end)
    parts, number = [], 0
    alive = np.arange(len(stays))
    while len(alive):
        start = add_years(stays.start[alive], 3 * number)
        alive, start = alive[start < stays.end[alive]], start[start < stays.end[alive]]
        following = add_years(stays.start[alive], 3 * (number + 1))
        cut = three_year[alive] & (following < stays.end[alive])
        parts.append((alive, start, np.where(cut, following, stays.end[alive]), np.where(cut, following, stays.told_end[alive])))
        alive, number = alive[cut], number + 1
    stay, start, end, told_end = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((stays.dwelling[stay], start))
    order = order[told_end[order] >= first]
    stay, start, end, told_end = stay[order], start[order], end[order], told_end[order]
    is_renewal = (start > stays.start[stay]) & (start >= first)
    return Tenancies(stay, stays.dwelling[stay], stays.household[stay], start, end, told_end, three_year[stay], is_renewal)
