"""One synthetic municipality: everything that happens there, put together in the right order.

Belongs here: the order of the drawing and the list of persons. Does not belong here: writing files (``landing``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.applications import Applications, make_applications
from orchestration.synthetic.care import Services, make_services
from orchestration.synthetic.days import OPEN, day, year_of
from orchestration.synthetic.decisions import Decisions, make_decisions
from orchestration.synthetic.defects import Planted, plant_in_events, plant_in_groups, plant_in_people, plant_in_stays
from orchestration.synthetic.dwellings import Dwellings, make_dwellings, stock_size
from orchestration.synthetic.households import (
    GroupRows,
    Households,
    Members,
    leave_home,
    make_group_rows,
    make_households,
    make_members,
)
from orchestration.synthetic.local_groups import LocalGroup, local_groups
from orchestration.synthetic.national_id import IdRegister
from orchestration.synthetic.reference import Municipality, population
from orchestration.synthetic.stays import Stays, Tenancies, make_stays, make_tenancies
from orchestration.synthetic.stock_events import StockEvents, make_stock_events, no_events

_BEYOND = 500  # days drawn after the last delivery: those who move in then are waiting now


@dataclass
class Persons:
    """All persons: members first (same order), then people outside the dwellings."""

    birth: np.ndarray
    female: np.ndarray
    ids: np.ndarray
    in_care: np.ndarray
    refugees: np.ndarray
    applicants: np.ndarray
    assisted: np.ndarray


@dataclass
class Register:
    """The refugee register: person, settlement day and DUF number (``None`` where the register has none), in the order of its numbers."""

    person: np.ndarray
    settled: np.ndarray
    duf: np.ndarray


@dataclass
class SyntheticMunicipality:
    """The state of one municipality from its first to its last delivered day."""

    code: str
    first: int
    last: int
    is_current: bool
    groups: tuple[LocalGroup, ...]
    dwellings: Dwellings
    events: StockEvents
    stays: Stays
    tenancies: Tenancies
    households: Households
    members: Members
    group_rows: GroupRows
    services: Services
    applications: Applications
    persons: Persons
    register: Register
    planted: Planted
    decisions: Decisions = field(default_factory=Decisions)


def _outside_settled(rng: np.random.Generator, n: int, first: int, horizon: int) -> np.ndarray:
    days = np.arange(first - 6 * 365, horizon)
    weight = np.ones(len(days))
    years = year_of(days)
    for year, factor in cal.REFUGEE_YEARS.items():
        weight[years == year] = factor
    return np.sort(rng.choice(days, n, p=weight / weight.sum()))


def _duf_numbers(register: IdRegister, person: np.ndarray, settled: np.ndarray) -> np.ndarray:
    """DUF numbers of the year before settlement; every twentieth person has none in the register."""
    numbers = register.issue_duf(year_of(settled) - 1).astype(object)
    numbers[person % 20 == 19] = None
    return numbers


def make_municipality(
    place: Municipality, first: dt.date, last: dt.date, seed: int, register: IdRegister, *, is_current: bool, simple: bool = False
) -> SyntheticMunicipality:
    """Draw a municipality for the days ``first`` to ``last`` (both included); ``is_current``: the code is still valid at the as-of date.

    ``simple``: no planted defects, no shared flats, no events of the stock.
    """
    rng = np.random.default_rng([seed, int(place.code)])
    of_dwellings, of_stays, of_events, of_people = (np.random.default_rng([seed, int(place.code), n]) for n in range(1, 5))
    begin, end = day(first), day(last)
    horizon = end + _BEYOND
    groups = local_groups(place.code)
    dwellings = make_dwellings(rng, of_dwellings, stock_size(rng, population(first.year)[place.code].total), begin, end)
    if simple:
        dwellings.is_shared[:] = False
    stays = make_stays(rng, of_stays, dwellings, begin, horizon)
    planted = Planted()
    if not simple:
        plant_in_stays(rng, planted, stays, dwellings, begin, end)
    tenancies = make_tenancies(rng, stays, begin)
    households = make_households(rng, stays, dwellings, begin)
    shared = ((np.bincount(dwellings.unit)[dwellings.unit] > 1) | dwellings.is_shared)[stays.dwelling[households.first_stay]]
    members = leave_home(of_people, households, make_members(rng, households, begin, shared), begin, end)
    events = no_events() if simple else make_stock_events(of_events, dwellings, stays, begin, end, horizon)
    group_rows = make_group_rows(rng, households, groups, begin)
    applications = make_applications(rng, of_people, households, stays, dwellings, tenancies, begin, horizon)

    m, families = len(members.household), len(households)
    counts = {
        "in_care": round(cal.OUTSIDE_CARE * families),
        "refugees": round(cal.OUTSIDE_REFUGEES * int((households.group == 4).sum())),
        "applicants": len(np.unique(applications.household[applications.household >= families])),
        "assisted": round(0.35 * families),
    }
    ages = {"in_care": (45, 98), "refugees": (7, 60), "applicants": (18, 75), "assisted": (18, 66)}
    births, places, at = [members.birth], {}, m
    for name, count in counts.items():
        youngest, oldest = ages[name]
        births.append(begin - rng.integers(youngest * 365 + 5, oldest * 365 + 6, count))
        places[name] = np.arange(at, at + count)
        at += count
    birth = np.concatenate(births)
    female = np.concatenate([members.female, rng.integers(0, 2, at - m).astype(np.int8)])
    ids = register.issue(birth, female)
    ids[:m] = ids[members.person]
    persons = Persons(birth, female, ids, **places)
    services = make_services(rng, households, members, stays, dwellings, persons.in_care, begin, horizon)

    settled = households.settled[members.household]
    inside = np.flatnonzero((settled < OPEN) & (members.birth < settled) & (members.from_day == households.start[members.household]))
    person = np.concatenate([inside, persons.refugees])
    day_settled = np.concatenate([settled[inside], _outside_settled(rng, len(persons.refugees), begin, horizon)])
    order = np.lexsort((person, day_settled))
    state = SyntheticMunicipality(
        code=place.code,
        first=begin,
        last=end,
        is_current=is_current,
        groups=groups,
        dwellings=dwellings,
        events=events,
        stays=stays,
        tenancies=tenancies,
        households=households,
        members=members,
        group_rows=group_rows,
        services=services,
        applications=applications,
        persons=persons,
        register=Register(person[order], day_settled[order], _duf_numbers(register, person[order], day_settled[order])),
        planted=planted,
    )
    if not simple:
        plant_in_groups(rng, state)
        plant_in_events(of_events, state)
        plant_in_people(rng, state)
        state.decisions = make_decisions(state)
    return state
