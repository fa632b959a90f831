"""What a system can tell of a synthetic municipality: its state without what the system does not keep.

Belongs here: leaving out, so that the truth of the municipality is what its system knows. Does not belong here: files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace

import numpy as np

from orchestration.synthetic import extracts
from orchestration.synthetic.applications import Applications
from orchestration.synthetic.care import Services
from orchestration.synthetic.days import OPEN, day
from orchestration.synthetic.households import GroupRows, Households, Members
from orchestration.synthetic.municipality import SyntheticMunicipality, make_municipality
from orchestration.synthetic.national_id import IdRegister
from orchestration.synthetic.reference import Municipality


@dataclass(frozen=True)
class Rows:
    """What is told of the state on one day: rows as the contract would have them, each with its place in the state's arrays."""

    first: dt.date
    last: dt.date
    dwellings: tuple[tuple[int, dict], ...]
    tenancies: tuple[tuple[int, dict], ...]


def draw(place: Municipality, first: dt.date, last: dt.date, seed: int, register: IdRegister) -> SyntheticMunicipality:
    """A municipality that delivers dwellings and tenancies alone: no applications, groups, services or refugees, no planted defects.

    Dwellings do not change: the systems tell no day from which a change holds.
    """
    state = make_municipality(place, first, last, seed, register, is_current=True, simple=True)
    state.dwellings.changed[:] = OPEN
    state.dwellings.secret[:] = False
    state.households.settled[:] = OPEN
    state.planted.spoilt_household = np.zeros(len(state.households), dtype=bool)
    state.planted.spoilt_service = np.zeros(0, dtype=bool)
    none = np.zeros(0, dtype=np.int64)
    services = Services(**{f.name: none for f in fields(Services)})
    applications = Applications(**{f.name: none for f in fields(Applications)})
    applications.granted = none.astype(bool)
    groups = GroupRows(**{f.name: none for f in fields(GroupRows)})
    return replace(state, services=services, applications=applications, group_rows=groups)


def keep_tenancies(state: SyntheticMunicipality, kept: np.ndarray) -> None:
    """Forget all other tenancies."""
    for field in fields(state.tenancies):
        setattr(state.tenancies, field.name, getattr(state.tenancies, field.name)[kept])


def keep_latest_of_each_dwelling(state: SyntheticMunicipality) -> None:
    """One tenancy for each dwelling, the latest, and a household of its own for each: the system shows the present contract alone."""
    tenancies = state.tenancies
    begun = np.flatnonzero(tenancies.start <= state.last)
    order = begun[np.lexsort((tenancies.start[begun], tenancies.dwelling[begun]))]
    is_last = np.append(tenancies.dwelling[order][1:] != tenancies.dwelling[order][:-1], True)
    keep_tenancies(state, np.sort(order[is_last]))
    tenancies.is_renewal[:] = False
    state.stays.moved_from[:] = state.stays.returned_from[:] = -1
    before, everyone = tenancies.household.copy(), np.arange(len(tenancies))
    state.households = Households(**{f.name: getattr(state.households, f.name)[before] for f in fields(Households)})
    holders = state.members.holder_row[before]
    columns = {name: getattr(state.members, name)[holders] for name in ("birth", "female", "from_day", "to_day")}
    state.members = Members(household=everyone, number=np.ones_like(everyone), holder_row=everyone, person=everyone, **columns)
    state.persons.ids, state.persons.birth = state.persons.ids[holders], state.persons.birth[holders]
    state.tenancies.household = everyone
    state.planted.spoilt_household = np.zeros(len(everyone), dtype=bool)


def rows_of(state: SyntheticMunicipality, first: dt.date, last: dt.date) -> Rows:
    """Dwellings and tenancies that were active at some time in a period, as they were known on its last day."""
    tables = []
    for extract in (extracts.dwellings(state), extracts.tenancies(state, state.persons.ids)):
        places = extract.rows(day(first), day(last))
        table = extract.show(places, day(last)).drop_columns(extracts.LATER_FIELDS[extract.entity])
        tables.append(tuple(zip(places.tolist(), table.to_pylist(), strict=True)))
    return Rows(first, last, *tables)
