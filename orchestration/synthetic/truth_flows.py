"""Who came, went and waited in one municipality: chains of tenancies, the flow of households, applications, and who lived together.

Belongs here: rules C20 and C23-C26 of docs/counting-rules.md on the generator's state. Does not belong here: groups (``truth_groups``),
the stock (``truth_stock``), totals (``truth``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.synthetic.days import OPEN, dates, new_year, year_of
from orchestration.synthetic.keys import Keys, local_ids
from orchestration.synthetic.municipality import SyntheticMunicipality

KINDS_OF_START = np.array(["new", "internal", "renewal"], dtype=object)
NEW, INTERNAL, RENEWAL = range(3)
_CHAIN_GAP = 92
_ADULT = 18


def kinds_of_start(state: SyntheticMunicipality) -> np.ndarray:
    """C20: renewal, internal move (the household had another tenancy when it applied) or new."""
    t, a = state.tenancies, state.applications
    asked = t.start - 1
    led = np.flatnonzero(a.tenancy >= 0)
    asked[a.tenancy[led]] = a.received[led]
    lived = np.zeros(len(t), dtype=bool)
    order = np.argsort(t.household, kind="stable")
    for distance in range(1, int(np.bincount(t.household).max(initial=1))):
        one, other = order[:-distance], order[distance:]
        for this, that in ((one, other), (other, one)):
            had = (t.household[this] == t.household[that]) & (t.start[that] <= asked[this]) & (t.end[that] > asked[this])
            lived[this[had]] = True
    return np.where(t.is_renewal, RENEWAL, np.where(lived, INTERNAL, NEW))


def living(state: SyntheticMunicipality, day: int) -> np.ndarray:
    """Places of the tenancies that stand for the households in stock on a day: of several the one that started last (C35)."""
    t = state.tenancies
    running = np.flatnonzero((t.start <= day) & (t.end > day))
    latest = np.full(len(state.households), -1)
    latest[t.household[running]] = running  # in order of start: the last one stays
    return np.sort(latest[latest >= 0])


def _reached(owner: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The latest end among the earlier rows of the same owner, below zero where there is none; rows stand by owner, in their order."""
    first = np.searchsorted(owner, owner)
    place = np.arange(len(owner)) - first
    reached = np.full(len(owner), -1)
    for number in range(1, int(place.max(initial=0)) + 1):
        here = np.flatnonzero(place == number)
        reached[here] = np.maximum(reached[here - 1], end[here - 1])
    return reached


def chain_table(state: SyntheticMunicipality, keys: Keys) -> pa.Table:
    """``chain``: each tenancy with the first of its chain (C24)."""
    t = state.tenancies
    told = np.flatnonzero(t.start <= state.last)
    told = told[np.argsort(t.household[told], kind="stable")]
    reached = _reached(t.household[told], t.end[told])
    opens = (reached < 0) | (t.start[told] > reached + _CHAIN_GAP)
    first = told[np.flatnonzero(opens)[np.cumsum(opens) - 1]]
    return pa.table(
        {
            "municipality_code": pa.array([state.code] * len(told), pa.string()),
            "tenancy_id": pa.array(keys.tenancy[told], pa.string()),
            "chain_first_tenancy_id": pa.array(keys.tenancy[first], pa.string()),
        }
    )


def flow_table(state: SyntheticMunicipality, kind: np.ndarray) -> pa.Table:
    """``household_flow``: who came and went in each year (C26)."""
    t = state.tenancies
    told = np.flatnonzero((t.start <= state.last) & (kind != RENEWAL))
    until = np.zeros(len(state.stays), dtype=np.int64)
    np.maximum.at(until, t.stay, t.end)
    told = told[np.argsort(t.household[told], kind="stable")]
    household, start, end, is_new = t.household[told], t.start[told], until[t.stay[told]], kind[told] == NEW
    reached = _reached(household, end)
    is_first, is_entry = reached < 0, reached < start
    is_last = np.append(household[1:] != household[:-1], True)
    days = {
        "newly_in": start[is_new],
        "internally_in": start[~is_new],
        "internally_out": np.concatenate([start[~is_entry], reached[is_entry & ~is_first & ~is_new]]),
        "moved_out": np.concatenate([reached[is_entry & ~is_first & is_new], np.maximum(reached, end)[is_last]]),
        "renewed": t.start[(kind == RENEWAL) & (t.start <= state.last)],
    }
    years = np.arange(year_of(np.array(state.first)), year_of(np.array(state.last)) + 1)
    starts = new_year(np.append(years, years[-1] + 1))
    columns = {"opening": [len(living(state, int(day) - 1)) for day in starts[:-1]]}
    for name, day in days.items():
        columns[name] = np.diff(np.searchsorted(np.sort(day), starts)).tolist()
    columns["closing"] = [len(living(state, int(day) - 1)) for day in starts[1:]]
    table = {"municipality_code": pa.array([state.code] * len(years), pa.string()), "year": pa.array(years, pa.int32())}
    return pa.table(table | {name: pa.array(values, pa.int64()) for name, values in columns.items()})


def listing_days(state: SyntheticMunicipality) -> np.ndarray:
    """The day each application came on the waiting list (C23): as told by the last day, else that of the decision; ``OPEN``: never."""
    a = state.applications
    day = np.where(a.listed <= state.last, a.listed, a.decided)
    return np.where(a.granted & (a.assigned > day) & (a.withdrawn >= day), day, OPEN)


def application_table(state: SyntheticMunicipality) -> pa.Table:
    """``application``: every stage as known on the last day, and whether the household is on the list that day (C23).

    ``listed`` is empty where it never was; a municipality whose code ended has no list any more.
    """
    a, last = state.applications, state.last
    told, listed = np.flatnonzero(a.received <= last), listing_days(state)
    waits = state.is_current & (listed <= last) & (a.assigned > last) & (a.withdrawn > last)
    stages = ("received", "decided", "promised", "assigned", "withdrawn", "moved_in")
    return pa.table(
        {
            "municipality_code": pa.array([state.code] * len(told), pa.string()),
            "application_id": pa.array(local_ids("S", told), pa.string()),
            **{name: dates(getattr(a, name)[told], last) for name in stages},
            "listed": dates(listed[told], last),
            "is_on_list": waits[told],
        }
    )


def composition_table(state: SyntheticMunicipality, keys: Keys) -> pa.Table:
    """``household_composition``: members and children on 31 December of the households in stock (C41, C45)."""
    m, parts = state.members, []
    for year in range(int(year_of(np.array(state.first))), int(year_of(np.array(state.last))) + 1):
        day = int(new_year(np.array(year + 1))) - 1
        there = (m.from_day <= day) & (m.to_day > day)
        child = there & (year - year_of(m.birth) < _ADULT)
        household = state.tenancies.household[living(state, day)]
        members, children = (np.bincount(m.household[rows], minlength=len(state.households))[household] for rows in (there, child))
        parts.append((household, np.full(len(household), year), members, children))
    household, year, members, children = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pa.table(
        {
            "municipality_code": pa.array([state.code] * len(household), pa.string()),
            "household_id": pa.array(keys.household[household], pa.string()),
            "year": pa.array(year, pa.int32()),
            "member_count": pa.array(members, pa.int64()),
            "children_count": pa.array(children, pa.int64()),
        }
    )
