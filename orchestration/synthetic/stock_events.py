"""What happens to the dwellings of one municipality beside letting: acquired, divided, merged, out of use, renovated, in other hands.

Belongs here: drawing the events, in harmony with stays and dates of the dwellings. Does not belong here: their file (``event_file``), and
the counted dwellings of shared flats, which follow from the contracts (``truth_stock``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN, new_year, year_of
from orchestration.synthetic.dwellings import INTRODUCTION, Dwellings
from orchestration.synthetic.stays import Stays

KINDS = ("acquired", "disposed", "split", "merged", "taken_out", "returned", "renovated")
ACQUIRED, DISPOSED, SPLIT, MERGED, TAKEN_OUT, RETURNED, RENOVATED = range(7)
UNKNOWN_DWELLING = 999_999
_SHORTEST_OUT, _SHORTEST_RENOVATION = 120, 60
_LENGTH_OF_PROGRAMME = 730


@dataclass
class StockEvents:
    """Events by place, in order of their day; ``other`` is the dwelling split from or merged into, or -1. Only ``told`` ones are delivered,
    with the day that the supplier says, and beside them some (dwelling, kind, day) that ``never`` happened.

    ``out_*`` are the times that dwellings are out of use; one that is disposed of meanwhile never returns.
    """

    dwelling: np.ndarray
    kind: np.ndarray
    day: np.ndarray
    other: np.ndarray
    reason: np.ndarray
    told: np.ndarray
    out_dwelling: np.ndarray
    out_from: np.ndarray
    out_to: np.ndarray
    told_day: np.ndarray
    never: tuple[np.ndarray, np.ndarray, np.ndarray]

    def __len__(self) -> int:
        return len(self.dwelling)


def no_events() -> StockEvents:
    """Of a municipality whose system tells none."""
    none = np.zeros(0, dtype=np.int64)
    return StockEvents(none, none, none, none, none.astype(object), none.astype(bool), none, none, none, none, (none, none, none))


def _vacant_times(dwellings: Dwellings, stays: Stays, first: int, horizon: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dwelling, first day and first day no longer of the times when nobody lives in a flat that is not shared."""
    everyone = np.arange(len(dwellings))
    alone = ~dwellings.is_shared[stays.dwelling]
    dwelling = np.concatenate([everyone, stays.dwelling[alone]])
    from_day = np.concatenate([np.maximum(dwellings.acquired, first), stays.end[alone]])
    until_dwelling = np.concatenate([stays.dwelling[alone], everyone])
    to_day = np.concatenate([stays.start[alone], np.minimum(dwellings.disposed, horizon)])
    by_start, by_end = np.lexsort((from_day, dwelling)), np.lexsort((to_day, until_dwelling))
    dwelling, from_day, to_day = dwelling[by_start], from_day[by_start], to_day[by_end]
    vacant = (to_day > from_day) & ~dwellings.is_shared[dwelling]
    return dwelling[vacant], from_day[vacant], to_day[vacant]


def _some(rng: np.random.Generator, places: np.ndarray, rate_and_least: tuple[float, int]) -> np.ndarray:
    rate, least = rate_and_least
    return np.sort(rng.choice(places, min(len(places), max(least, round(rate * len(places)))), replace=False))


def _partners(rng: np.random.Generator, dwellings: Dwellings, places: np.ndarray, days: np.ndarray) -> np.ndarray:
    """For each dwelling another one that is in stock before and after the day, or -1."""
    found = np.full(len(places), -1)
    for number, (place, day) in enumerate(zip(places, days, strict=True)):
        fits = (dwellings.acquired < day) & (dwellings.disposed > day) & ~dwellings.is_shared
        fits[place] = False
        if fits.any():
            found[number] = rng.choice(np.flatnonzero(fits))
    return found


def _hand_over(rng: np.random.Generator, dwellings: Dwellings, stays: Stays, first: int, last: int) -> None:
    """Families whose introduction programme ends: another unit becomes responsible, and the dwelling stays theirs."""
    day = stays.start + _LENGTH_OF_PROGRAMME
    place = stays.dwelling
    quiet_until = new_year(year_of(np.maximum(dwellings.acquired, first)) + 1)[place]
    fits = (stays.group == 4) & (dwellings.category[place] == cal.ORDINARY) & (dwellings.changed[place] == OPEN)
    fits &= (day > quiet_until) & (day <= last) & (day < stays.end) & (rng.random(len(stays)) < cal.RESPONSIBLE_CHANGES)
    chosen = np.flatnonzero(fits)
    changing, once = np.unique(place[chosen], return_index=True)
    dwellings.changed[changing] = day[chosen[once]]
    for name in ("tenure", "tenure_kind", "category", "wheelchair", "rent"):
        getattr(dwellings, f"{name}_after")[changing] = getattr(dwellings, name)[changing]
    dwellings.responsible[changing] = dwellings.allocating[changing] = INTRODUCTION


def _reasons(rng: np.random.Generator, kind: np.ndarray, tenure: np.ndarray) -> np.ndarray:
    """Why it happened; what is leased begins and ends with its lease."""
    drawn = rng.random(len(kind))

    def either(one: str, other: str, share: float) -> np.ndarray:
        return np.where(drawn < share, one, other)

    by_kind = [either("built", "bought", 0.3), either("demolished", "sold", 0.2), either("need", "condition", 0.8)]
    by_kind += [either("need", "other_use", 0.6), either("fire_or_damage", "condition", 0.3), either("need", "condition", 0.5)]
    by_kind.append(either("condition", "condition", 1))
    reason = np.choose(kind, by_kind).astype(object)
    leased = tenure > 0
    reason[leased & (kind == ACQUIRED)] = "lease"
    reason[leased & (kind == DISPOSED)] = "lease_ended"
    reason[drawn > 0.97] = None
    return reason


def make_stock_events(rng: np.random.Generator, dwellings: Dwellings, stays: Stays, first: int, last: int, horizon: int) -> StockEvents:
    """Draw events from ``first`` on; half of the divided dwellings stay in the unit of the one they come from."""
    _hand_over(rng, dwellings, stays, first, last)
    vacant, from_day, to_day = _vacant_times(dwellings, stays, first, horizon)
    out = _some(rng, np.flatnonzero((to_day - from_day >= _SHORTEST_OUT) & (from_day <= last - 30)), cal.TAKEN_OUT)
    out_dwelling, out_from = vacant[out], from_day[out] + rng.integers(0, 20, len(out))
    never = to_day[out] == dwellings.disposed[out_dwelling]
    out_to = np.where(never, to_day[out], to_day[out] - rng.integers(0, 15, len(out)))
    long = (to_day - from_day >= _SHORTEST_RENOVATION) & (from_day <= last - 30)
    long[out] = False
    renovated = _some(rng, np.flatnonzero(long), cal.RENOVATED)

    came = np.flatnonzero((dwellings.acquired >= first) & (dwellings.acquired <= last))
    left = np.flatnonzero(dwellings.disposed <= last)
    split = _some(rng, came[~dwellings.is_shared[came]], cal.SPLITS)
    parents = _partners(rng, dwellings, split, dwellings.acquired[split])
    split, parents = split[parents >= 0], parents[parents >= 0]
    merged = _some(rng, left[~dwellings.is_shared[left] & ~np.isin(left, out_dwelling[never])], cal.MERGERS)
    neighbours = _partners(rng, dwellings, merged, dwellings.disposed[merged])
    merged, neighbours = merged[neighbours >= 0], neighbours[neighbours >= 0]
    same_unit = rng.random(len(split)) < 0.5
    for name in ("unit", "address", "postal_code", "building", "cadastre"):
        values = getattr(dwellings, name)
        values[split[same_unit]] = values[parents[same_unit]]

    came, left = np.setdiff1d(came, split), np.setdiff1d(left, merged)
    back = ~never
    parts = [
        (came, ACQUIRED, dwellings.acquired[came], None),
        (left, DISPOSED, dwellings.disposed[left], None),
        (split, SPLIT, dwellings.acquired[split], parents),
        (merged, MERGED, dwellings.disposed[merged], neighbours),
        (out_dwelling, TAKEN_OUT, out_from, None),
        (out_dwelling[back], RETURNED, out_to[back], None),
        (vacant[renovated], RENOVATED, (from_day[renovated] + to_day[renovated]) // 2, None),
    ]
    dwelling = np.concatenate([part[0] for part in parts])
    kind = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    day = np.concatenate([part[2] for part in parts])
    other = np.concatenate([np.full(len(part[0]), -1) if part[3] is None else part[3] for part in parts])
    told = (kind > DISPOSED) | (rng.random(len(dwelling)) < cal.EVENT_TOLD)
    order = np.lexsort((dwelling, day))
    dwelling, kind, day = dwelling[order], kind[order], day[order]
    reason = _reasons(rng, kind, dwellings.tenure[dwelling])
    never = no_events().never
    return StockEvents(dwelling, kind, day, other[order], reason, told[order], out_dwelling, out_from, out_to, day.copy(), never)
