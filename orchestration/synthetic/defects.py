"""Planting defects on purpose, at the rates of ``calibration.DEFECTS``.

Belongs here: choosing victims and spoiling them, so that each has one defect only. What is true afterwards stays in the
state (docs/counting-rules.md decides it); what the supplier says differs. Does not belong here: the list of planted
defects by delivery and line (``landing`` writes it, since only it knows the lines).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN, add_years
from orchestration.synthetic.dwellings import Dwellings
from orchestration.synthetic.local_groups import BY_RULE
from orchestration.synthetic.stays import Stays
from orchestration.synthetic.stock_events import DISPOSED, RENOVATED, TAKEN_OUT, UNKNOWN_DWELLING

if TYPE_CHECKING:
    from orchestration.synthetic.municipality import SyntheticMunicipality


@dataclass
class Planted:
    """Victims by kind, as places in the state's arrays (kind of place: see ``plant_*``), and whose ids were spoilt."""

    victims: dict[str, np.ndarray] = field(default_factory=dict)
    spoilt_household: np.ndarray | None = None
    spoilt_service: np.ndarray | None = None
    spoilt_register: np.ndarray | None = None

    def of(self, kind: str) -> np.ndarray:
        """Places of the victims of one kind."""
        return self.victims.get(kind, np.zeros(0, dtype=np.int64))


def _choose(rng: np.random.Generator, planted: Planted, kind: str, candidates: np.ndarray) -> np.ndarray:
    """Draw victims among the places where ``candidates`` is true."""
    places = np.flatnonzero(candidates)
    rate, least = cal.DEFECTS[kind]
    chosen = np.sort(rng.choice(places, min(len(places), max(least, round(rate * len(places)))), replace=False))
    planted.victims[kind] = chosen
    return chosen


def plant_in_stays(rng: np.random.Generator, planted: Planted, stays: Stays, dwellings: Dwellings, first: int, last: int) -> None:
    """Overlaps (the next tenancy began before this one's end was told), tenancies that outlive their dwelling or are older than it."""
    n = len(stays)
    linked = stays.linked()
    order = np.lexsort((stays.start, stays.dwelling))
    following = np.full(n, -1)
    same = stays.dwelling[order[1:]] == stays.dwelling[order[:-1]]
    following[order[:-1][same]] = order[1:][same]
    has_next = following >= 0
    next_start = np.where(has_next, stays.start[following], OPEN)
    next_end = np.where(has_next, stays.end[following], 0)
    told = next_start + rng.integers(5, 26, n)

    sold = dwellings.disposed[stays.dwelling]
    is_last = ~has_next & ~linked & ~dwellings.is_shared[stays.dwelling] & (sold <= last) & (stays.start <= sold - 20) & (sold > first + 40)
    victims = _choose(rng, planted, "tenancy_in_sold_dwelling", is_last)
    stays.end[victims] = sold[victims]
    later = sold[victims] + rng.integers(40, 250, len(victims))
    stays.told_end[victims] = np.where(rng.random(len(victims)) < 0.6, OPEN, later)

    can = has_next & ~linked & ~dwellings.is_shared[stays.dwelling] & (next_start > first + 10) & (told <= last) & (next_end > told + 5)
    can[following[victims]] = False
    victims = _choose(rng, planted, "overlapping_tenancies", can)
    stays.end[victims], stays.told_end[victims] = next_start[victims], told[victims]

    is_first = np.ones(n, dtype=bool)
    is_first[following[has_next]] = False
    begun = dwellings.acquired[stays.dwelling]
    is_first &= ~linked & ~dwellings.is_shared[stays.dwelling] & (begun > first + 40) & (stays.start <= last)
    is_first[planted.of("tenancy_in_sold_dwelling")] = is_first[planted.of("overlapping_tenancies")] = False
    victims = _choose(rng, planted, "tenancy_before_acquisition", is_first)
    stays.start[victims] = begun[victims]
    stays.days_early[victims] = rng.integers(1, 6, len(victims))


def plant_in_groups(rng: np.random.Generator, state: SyntheticMunicipality) -> None:
    """Households without group, flags that outlived the grant, grants without flag, codes outside the mapping."""
    planted, households, rows = state.planted, state.households, state.group_rows
    code_2009 = np.array([g.form_2009 for g in state.groups])
    refugee_code = int(np.flatnonzero(code_2009 == "5")[0])
    other_code = int(np.flatnonzero(code_2009 == "6")[0])
    used = _used(state)
    refugee = households.group == 4
    anniversary = add_years(np.where(refugee, households.settled, 0), 5)
    housed = np.zeros(len(households), dtype=bool)
    housed[state.tenancies.household[_in_stock(state, state.last)]] = True
    started = np.zeros(len(households), dtype=bool)
    started[state.tenancies.household[state.tenancies.start <= state.last]] = True

    listed = refugee & housed & state.is_current  # work lists are made on the as-of date, for municipalities that exist then
    passed = (anniversary > state.first) & (anniversary <= state.last)
    over = _choose(rng, planted, "refugee_flag_after_five_years", listed & passed & ~used)
    used[over] = True
    under = _choose(rng, planted, "grant_without_flag", listed & ~used & (anniversary > state.last))
    used[under] = True
    without = _choose(rng, planted, "household_without_group", (households.settled == OPEN) & started & ~used)
    used[without] = True
    keep = ~np.isin(rows.household, without)
    keep &= ~(np.isin(rows.household, over) & (rows.rank == 1) & (rows.code != refugee_code))
    for name in ("household", "rank", "code", "from_day", "to_day"):
        setattr(rows, name, getattr(rows, name)[keep])
    flag = (rows.rank == 1) & (rows.code == refugee_code)
    stays_open = flag & np.isin(rows.household, over)
    rows.to_day[stays_open] = households.until[rows.household[stays_open]]
    rows.code[flag & np.isin(rows.household, under)] = other_code

    plain = (households.settled[rows.household] == OPEN) & ~used[rows.household] & (rows.rank == 1)
    chosen = _choose(rng, planted, "unknown_group_code", plain & (rows.from_day <= state.last) & (rows.to_day >= state.first))
    rows.code[chosen] = -1


def plant_in_people(rng: np.random.Generator, state: SyntheticMunicipality) -> None:
    """Wrong check digits, duplicates from two offices, rows that end before they start, secret addresses."""
    planted, households, tenancies = state.planted, state.households, state.tenancies
    used = _used(state)
    by_rule = np.array([g.r0 == BY_RULE for g in state.groups] + [False])  # the last place stands for code -1
    split = np.zeros(len(households), dtype=bool)
    split[state.group_rows.household[by_rule[state.group_rows.code]]] = True
    single = ~tenancies.three_year & (tenancies.told_end == tenancies.end) & (tenancies.start <= state.last)
    duplicated = _choose(rng, planted, "duplicate_tenancy", single & ~used[tenancies.household])
    used[tenancies.household[duplicated]] = True
    started = np.zeros(len(households), dtype=bool)
    started[tenancies.household[tenancies.start <= state.last]] = True
    spoilt = _choose(rng, planted, "wrong_check_digits_household", started & ~used & ~split)
    planted.spoilt_household = np.isin(np.arange(len(households)), spoilt)
    services = state.services
    chosen = _choose(rng, planted, "wrong_check_digits_service", services.start <= state.last)
    planted.spoilt_service = np.isin(np.arange(len(services)), chosen)
    outside = (state.register.person >= len(state.members.household)) & (state.register.settled <= state.last)
    chosen = _choose(rng, planted, "wrong_check_digits_register", outside)
    planted.spoilt_register = np.isin(np.arange(len(outside)), chosen)
    used[spoilt] = True
    early = state.stays.days_early[tenancies.stay] > 0
    plain = single & ~used[tenancies.household] & ~early
    _choose(rng, planted, "decision_after_start", plain & (tenancies.start <= state.last - 90))
    plain[planted.of("decision_after_start")] = False
    _choose(rng, planted, "agreed_end_before_start", plain)
    _choose(rng, planted, "end_before_start", (tenancies.start <= state.last) & (tenancies.start > state.first))
    _let_children_stay(rng, state)
    state.dwellings.secret[_choose(rng, planted, "secret_address", state.dwellings.acquired <= state.last)] = True


def _let_children_stay(rng: np.random.Generator, state: SyntheticMunicipality) -> None:
    """A child that left home stays in the parents' household for a month, on paper."""
    members = state.members
    left = members.person != np.arange(len(members.person))
    left &= ~state.planted.spoilt_household[members.household[members.person]] & (members.to_day + 30 < state.last)
    rows = _choose(rng, state.planted, "child_in_two_households", left)
    members.to_day[rows] += 30


def plant_in_events(rng: np.random.Generator, state: SyntheticMunicipality) -> None:
    """Events on another day than the dwelling's own, dwellings that are taken out while they are out, events of dwellings nobody knows."""
    events, planted, last = state.events, state.planted, state.last
    early_enough = events.told & (events.day <= last - 40)
    moved = _choose(rng, planted, "event_on_another_day", early_enough & (events.kind <= DISPOSED))
    events.told_day[moved] += rng.integers(3, 30, len(moved))
    out = (events.out_to - events.out_from > 40) & (events.out_from <= last - 40)
    places = _choose(rng, planted, "taken_out_twice", out)
    again = events.out_dwelling[places], np.full(len(places), TAKEN_OUT), events.out_from[places] + rng.integers(5, 35, len(places))
    unknown = _choose(rng, planted, "event_without_dwelling", early_enough & (events.kind == RENOVATED))
    nobody = np.full(len(unknown), UNKNOWN_DWELLING), events.kind[unknown], events.day[unknown]
    events.never = tuple(np.concatenate(pair) for pair in zip(again, nobody, strict=True))


def _in_stock(state: SyntheticMunicipality, day: int) -> np.ndarray:
    tenancies = state.tenancies
    return (tenancies.start <= day) & (tenancies.end > day) & (state.dwellings.disposed[tenancies.dwelling] > day)


def _used(state: SyntheticMunicipality) -> np.ndarray:
    """Households that already have a defect."""
    used = np.zeros(len(state.households), dtype=bool)
    for kind in ("overlapping_tenancies", "tenancy_in_sold_dwelling", "tenancy_before_acquisition"):
        used[state.stays.household[state.planted.of(kind)]] = True
    for kind in ("household_without_group", "refugee_flag_after_five_years", "grant_without_flag"):
        used[state.planted.of(kind)] = True
    used[state.group_rows.household[state.planted.of("unknown_group_code")]] = True
    return used
