"""The households that stay: members, local group rows, refugees among them and who applied.

Belongs here: people and what the municipality writes about them. Does not belong here: care services (``care``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN, add_years
from orchestration.synthetic.dwellings import Dwellings
from orchestration.synthetic.local_groups import LocalGroup
from orchestration.synthetic.stays import Stays

_YEAR = 365.25


@dataclass
class Households:
    """One entry per household that gets a dwelling. ``settled`` is the holder's settlement day (``OPEN``: no refugee)."""

    start: np.ndarray
    until: np.ndarray
    group: np.ndarray
    category: np.ndarray
    holder_birth: np.ndarray
    settled: np.ndarray
    first_stay: np.ndarray

    def __len__(self) -> int:
        return len(self.start)


@dataclass
class Members:
    """Persons of households. ``number`` 1 is the contract holder, who stands at ``holder_row`` of the household.

    ``person`` is the row that stands for the person: its own, or the holder of the household that a child left home for.
    """

    household: np.ndarray
    number: np.ndarray
    birth: np.ndarray
    female: np.ndarray
    from_day: np.ndarray
    to_day: np.ndarray
    holder_row: np.ndarray
    person: np.ndarray


@dataclass
class GroupRows:
    """Group rows as the municipality has them. ``code`` is a place in its list; -1 stands for a code it does not have."""

    household: np.ndarray
    rank: np.ndarray
    code: np.ndarray
    from_day: np.ndarray
    to_day: np.ndarray


def make_households(rng: np.random.Generator, stays: Stays, dwellings: Dwellings, first: int) -> Households:
    """Households with their first stay and their contract holder."""
    n = int(stays.household.max()) + 1
    order = np.lexsort((stays.start, stays.household))
    owner = stays.household[order]
    first_stay = order[np.searchsorted(owner, np.arange(n))]
    start, group = stays.start[first_stay], stays.group[first_stay]
    category = dwellings.at("category", stays.dwelling[first_stay], start)
    seen = np.maximum(start, first)
    elderly = (group == 3) & (rng.random(n) < np.where(category >= cal.STAFFED_DAY, 0.42, cal.ELDERLY_IN_GROUP_4))
    youngest = np.array([19, 19, 20, 19, 19, 19, 21])[group]
    oldest = np.array([66, 62, 60, 66, 58, 75, 80])[group]
    age = np.where(elderly, 67 + rng.exponential(10, n) % 31, youngest + rng.random(n) * (oldest - youngest))
    birth = np.minimum(seen - (age * _YEAR).astype(np.int64), start - int(18.5 * _YEAR))
    wait = np.where(rng.random(n) < 0.4, 0, rng.integers(0, 150, n))
    settled = np.where(group == 4, start - wait, OPEN)
    long_ago = (group == 5) & (rng.random(n) < 0.06)
    settled = np.where(long_ago, start - rng.integers(2200, 4400, n), settled)
    until = np.zeros(n, dtype=np.int64)
    np.maximum.at(until, stays.household, stays.told_end)
    return Households(start, until, group, category, birth, settled, first_stay)


def make_members(rng: np.random.Generator, households: Households, first: int, shared: np.ndarray) -> Members:
    """Holder, partner and children; some are born, join or leave while the household stays."""
    n = len(households)
    sizes = np.zeros(n, dtype=np.int64)
    for group, shares in enumerate(cal.HOUSEHOLD_SIZES):
        here = households.group == group
        sizes[here] = rng.choice(5, int(here.sum()), p=shares) + 1
    sizes = np.where((households.category >= cal.STAFFED_DAY) | shared, 1, sizes)
    baby_day = households.start + 30 + rng.exponential(_YEAR / 0.06, n).astype(np.int64)
    young = households.start - households.holder_birth < 40 * _YEAR
    baby = (
        (sizes >= 2) & young & np.isin(households.group, (4, 5)) & (baby_day < households.until) & (baby_day < households.start + 8 * 365)
    )
    baby_day = np.where(baby, baby_day, OPEN)
    counts = sizes + baby
    owner = np.repeat(np.arange(n), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    size, start, until = sizes[owner], households.start[owner], households.until[owner]
    m = len(owner)
    is_baby = number > size
    partner = (number == 2) & ~is_baby & (rng.random(m) < 0.6)
    holder_birth = households.holder_birth[owner]
    child_birth = np.maximum(start - rng.integers(200, 17 * 365, m), holder_birth + 17 * 365)
    birth = np.where(partner, np.minimum(holder_birth + rng.integers(-2500, 2500, m), start - 19 * 365), child_birth)
    birth = np.where(number == 1, holder_birth, np.where(is_baby, baby_day[owner], birth))
    joins = partner & (rng.random(m) < 0.08)
    from_day = np.where(is_baby, birth, np.where(joins, start + rng.integers(60, 700, m), start))
    from_day = np.where((from_day >= until) & ~is_baby, start, from_day)
    leaves = np.where(
        partner, from_day + rng.exponential(_YEAR / 0.04, m), np.maximum(birth, from_day - 18 * 365) + rng.integers(19 * 365, 25 * 365, m)
    )
    to_day = np.where(number == 1, until, np.minimum(until, leaves.astype(np.int64)))
    female = (rng.random(m) < np.where(np.isin(households.group[owner], (1, 2)), 0.27, 0.48)).astype(np.int8)
    kept = (to_day >= first) & (to_day > from_day) | (number == 1)
    owner, number, birth, female, from_day, to_day = (a[kept] for a in (owner, number, birth, female, from_day, to_day))
    return Members(owner, number, birth, female, from_day, to_day, np.flatnonzero(number == 1), np.arange(len(owner)))


def leave_home(rng: np.random.Generator, households: Households, members: Members, first: int, last: int) -> Members:
    """Some who get a staffed dwelling are eighteen and lived with their parents in a municipal dwelling until that day."""
    start, staffed = households.start, households.category >= cal.STAFFED_DAY
    places = np.flatnonzero((households.group == 3) & staffed & (start > first + 100) & (start <= last))
    moving = rng.permutation(places)[: max(1, round(cal.FROM_PARENTS * len(places)))]
    birth = add_years(start[moving], -18) - rng.integers(5, 360, len(moving))
    parents, free = np.full(len(moving), -1), ~staffed & (households.settled == OPEN)
    for number, child in enumerate(moving):
        fits = free & (start < start[child] - 90) & (households.until > start[child] + 30)
        fits &= (households.holder_birth < birth[number] - 20 * 366) & (households.holder_birth > birth[number] - 45 * 365)
        if fits.any():
            parents[number] = rng.choice(np.flatnonzero(fits))
            free[parents[number]] = False
    found = parents >= 0
    moving, parents, birth = moving[found], parents[found], birth[found]
    households.holder_birth[moving] = birth
    holders = members.holder_row[moving]
    members.birth[holders] = birth
    size = np.zeros(len(households), dtype=np.int64)
    np.maximum.at(size, members.household, members.number)
    new = (parents, size[parents] + 1, birth, members.female[holders], np.maximum(start[parents], birth), start[moving])
    old = (members.household, members.number, members.birth, members.female, members.from_day, members.to_day)
    household, number, birth, female, from_day, to_day = (np.concatenate(pair) for pair in zip(old, new, strict=True))
    person = np.concatenate([np.arange(len(members.household)), holders])
    order = np.lexsort((number, household))
    place = np.argsort(order)
    columns = (a[order] for a in (household, number, birth, female, from_day, to_day))
    return Members(*columns, np.flatnonzero(number[order] == 1), place[person[order]])


def draw_codes(rng: np.random.Generator, groups: tuple[LocalGroup, ...], group: np.ndarray) -> np.ndarray:
    """A local code, as its place in the list, for each of the form's groups 0-6."""
    code = np.full(len(group), -1)
    for number in range(7):
        places = np.array([i for i, g in enumerate(groups) if g.form_2009 == str(number + 1)])
        weights = np.array([groups[i].weight for i in places])
        here = group == number
        code[here] = rng.choice(places, int(here.sum()), p=weights / weights.sum())
    return code


def make_group_rows(rng: np.random.Generator, households: Households, groups: tuple[LocalGroup, ...], first: int) -> GroupRows:
    """Group rows of households that follow the rules: a refugee's row closes after five years and another opens."""
    n = len(households)
    everyone, start, until = np.arange(n), households.start, households.until
    code = draw_codes(rng, groups, households.group)
    refugee = households.group == 4
    anniversary = add_years(np.where(refugee, households.settled, 0), 5)
    change = np.where(refugee, anniversary, OPEN)
    reassessed = ~refugee & (rng.random(n) < cal.REASSESSED) & (until - np.maximum(start, first) > 500)
    reassessed_day = np.maximum(start, first) + rng.integers(200, 480, n)
    change = np.where(reassessed, reassessed_day, change)
    other = np.where(rng.random(n) < 0.85, 5, rng.choice([0, 3], n))
    later_code = draw_codes(rng, groups, np.where(refugee, other, rng.choice([0, 2, 3, 5], n)))
    changes = change < until
    forgotten = changes & (change < first)  # nothing of the first row is delivered: only what holds now is known
    code = np.where(forgotten, later_code, code)
    changes &= ~forgotten
    second = rng.random(n) < cal.SECOND_GROUP
    second_code = draw_codes(rng, groups, rng.choice([0, 1, 2, 3, 5], n, p=(0.3, 0.15, 0.15, 0.2, 0.2)))
    second_from = np.where(rng.random(n) < 0.7, start, np.maximum(start, first) + rng.integers(30, 400, n))
    second &= (second_from < until) & (second_code != code)
    rows = [
        (everyone, np.ones(n, dtype=np.int64), code, start, np.where(changes, change, until)),
        (everyone[changes], np.ones(changes.sum(), dtype=np.int64), later_code[changes], change[changes], until[changes]),
        (everyone[second], np.full(second.sum(), 2), second_code[second], second_from[second], until[second]),
    ]
    household, rank, code, from_day, to_day = (np.concatenate(column) for column in zip(*rows, strict=True))
    order = np.lexsort((from_day, rank, household))
    return GroupRows(household[order], rank[order], code[order], from_day[order], to_day[order])
