"""Ground truth of one municipality, from the generator's own state: what the marts must find after the documented treatment.

Belongs here: true dwellings, spells, groups and totals. Does not belong here: reading deliveries; tests compare, the night
never sees these files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN, dates, new_year, year_of
from orchestration.synthetic.keys import local_ids
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.reference import population
from orchestration.synthetic.truth_groups import FORM_SCHEMES, HORIZONS, SCHEMES, Groups, need_horizon

ENTITIES = ("dwelling", "tenancy", "household_member", "household_group", "application", "service")
_BY_GROUP = {"share_unclassified", "throughput", "mean_stay_years", "households_any_group"}
_NEW, _INTERNAL, _RENEWAL = range(3)


@dataclass(frozen=True)
class Keys:
    """The supplier's own keys by place in the state's arrays."""

    dwelling: np.ndarray
    unit: np.ndarray
    household: np.ndarray
    tenancy: np.ndarray


def local_keys(state: SyntheticMunicipality) -> Keys:
    """The keys that a delivery in the form of the contract has."""
    sizes = {"B": len(state.dwellings), "E": len(state.dwellings), "H": len(state.households), "L": len(state.tenancies)}
    return Keys(*(local_ids(letter, np.arange(size)) for letter, size in sizes.items()))


_KINDS = np.array(["new", "internal", "renewal"], dtype=object)


def kinds_of_start(state: SyntheticMunicipality) -> np.ndarray:
    """C20: renewal, internal move (the household lived elsewhere when it applied) or new."""
    t, stays, a = state.tenancies, state.stays, state.applications
    asked = t.start - 1
    led = np.flatnonzero(a.tenancy >= 0)
    asked[a.tenancy[led]] = a.received[led]
    last_contract = np.full(len(stays), OPEN)
    last_contract[t.stay] = t.start  # contracts are in order of start: the last one stays
    origin = stays.moved_from[t.stay]
    lived = (origin >= 0) & (last_contract[origin] <= asked) & (stays.end[origin] > asked)
    return np.where(t.is_renewal, _RENEWAL, np.where(lived, _INTERNAL, _NEW))


def _needs(indicator: str, breakdown: str) -> set[str]:
    """What must be delivered before a figure can be told (C51)."""
    if indicator.endswith("on_waiting_list"):
        return {"application"}
    needs = {"dwelling"}
    if not indicator.startswith("disposed_dwellings"):
        needs.add("tenancy")
    if breakdown.startswith("target_group") or indicator in _BY_GROUP:
        needs.add("household_group")
    if indicator == "share_with_care_services":
        needs |= {"household_member", "service"}
    return needs


class _Totals:
    """Rows of total.parquet. A figure that needs more than the ``entities`` that are delivered is null."""

    def __init__(self, code: str, entities: frozenset[str]) -> None:
        self.code = code
        self.entities = entities
        self.rows: list[tuple] = []

    def add(self, year: int, indicator: str, numerator: int, denominator: int | None = None) -> None:
        self.rows.append((self.code, year, indicator, "none", "all", int(numerator), denominator))

    def by(
        self, year: int, indicator: str, breakdown: str, codes: tuple, numerators: np.ndarray, denominators: np.ndarray | None = None
    ) -> None:
        for i, code in enumerate(codes):
            below = None if denominators is None else int(denominators[i])
            self.rows.append((self.code, year, indicator, breakdown, code, int(numerators[i]), below))

    def table(self) -> pa.Table:
        names = ["municipality_code", "year", "indicator_id", "breakdown", "breakdown_code", "numerator", "denominator"]
        types = [pa.string(), pa.int32(), pa.string(), pa.string(), pa.string(), pa.int64(), pa.int64()]
        told = [row if _needs(row[2], row[3]) <= self.entities else (*row[:5], None, None) for row in self.rows]
        columns = zip(*told, strict=True)
        return pa.table({name: pa.array(column, kind) for name, column, kind in zip(names, columns, types, strict=True)})


def _waiting(state: SyntheticMunicipality, totals: _Totals, year: int, begin: int, end: int) -> None:
    a = state.applications
    new = a.granted & (a.decided >= begin) & (a.decided <= end) & (a.assigned != a.decided)
    waiting = a.granted & (a.decided <= end) & (a.assigned > end) & (a.withdrawn > end)
    totals.add(year, "new_on_waiting_list", len(np.unique(a.household[new])))
    totals.add(year, "on_waiting_list", len(np.unique(a.household[waiting])))


def _year(state: SyntheticMunicipality, totals: _Totals, groups: Groups, allocation: dict, year: int) -> list[tuple]:
    """Totals of one year; returns the primary groups of the households in stock."""
    d, t = state.dwellings, state.tenancies
    begin, end = int(new_year(np.array(year))), int(new_year(np.array(year + 1))) - 1
    disposed = (d.acquired <= end) & (d.disposed > end)
    stock = np.flatnonzero((t.start <= end) & (t.end > end) & disposed[t.dwelling])
    household, dwelling = t.household[stock], t.dwelling[stock]
    on = np.full(len(stock), end)
    category = d.at("category", dwelling, end)
    assigned = groups.assign(household, on, category)
    care = groups.has_care(household, on)
    total, let = int(disposed.sum()), len(np.unique(dwelling))

    totals.add(year, "disposed_dwellings", total)
    tenure = np.bincount(d.at("tenure", np.flatnonzero(disposed), end), minlength=3)
    totals.by(year, "disposed_dwellings", "tenure_form", cal.TENURE_FORMS, tenure)
    people = population(year + 1).get(state.code)
    totals.add(year, "disposed_dwellings_per_1000", total, people.total if people else None)
    totals.add(year, "let_dwellings", let)
    totals.add(year, "vacant_dwellings", total - let)
    totals.add(year, "vacancy_rate", total - let, total)

    moved = np.flatnonzero((allocation["kind"] == _NEW) & (t.start >= begin) & (t.start <= end))
    totals.add(year, "newly_moved_in", len(moved))
    horizon = np.full(len(d), -1)
    horizon[disposed] = need_horizon(np.full(total, -1), d.at("category", np.flatnonzero(disposed), end))
    horizon[dwelling] = need_horizon(assigned.primary["form_2009"], category)
    below = np.bincount(horizon[disposed], minlength=len(HORIZONS))
    above = np.bincount(allocation["horizon"][moved], minlength=len(HORIZONS))
    totals.by(year, "throughput", "need_horizon", HORIZONS, above, below)
    totals.by(year, "mean_stay_years", "need_horizon", HORIZONS, below, above)

    totals.add(year, "households", len(stock))
    totals.add(year, "share_with_care_services", care.sum(), len(stock))
    unclassified = SCHEMES["form_2009"].index("unclassified")
    totals.add(year, "share_unclassified", (allocation["form_2009"][moved] == unclassified).sum(), len(moved))
    for scheme in FORM_SCHEMES:
        codes = SCHEMES[scheme]
        breakdown = f"target_group_{scheme}"
        primary = np.bincount(assigned.primary[scheme], minlength=len(codes))
        totals.by(year, "newly_moved_in", breakdown, codes, np.bincount(allocation[scheme][moved], minlength=len(codes)))
        totals.by(year, "households", breakdown, codes, primary)
        totals.by(year, "households_any_group", breakdown, codes, assigned.any_group[scheme].sum(axis=0))
        with_care = np.bincount(assigned.primary[scheme][care], minlength=len(codes))
        totals.by(year, "share_with_care_services", breakdown, codes, with_care, primary)
    _waiting(state, totals, year, begin, end)
    return [(household, year, scheme, np.array(codes, dtype=object)[assigned.primary[scheme]]) for scheme, codes in SCHEMES.items()]


def _dwelling_table(state: SyntheticMunicipality, keys: Keys) -> pa.Table:
    d, last = state.dwellings, state.last
    before = np.flatnonzero(d.acquired <= last)
    after = np.flatnonzero(d.changed <= last)
    place = np.concatenate([before, after])
    start = np.concatenate([d.acquired[before], d.changed[after]])
    stop = np.concatenate([np.minimum(d.changed, d.disposed)[before], d.disposed[after]])
    order = np.lexsort((start, place))
    place, start, stop = place[order], start[order], stop[order]
    rent = d.at("rent", place, start)  # below zero: the system does not tell
    return pa.table(
        {
            "municipality_code": pa.array([state.code] * len(place)),
            "dwelling_id": keys.dwelling[place],
            "unit_id": keys.unit[d.unit[place]],
            "valid_from": dates(start),
            "valid_to": dates(stop, last),
            "tenure_form": np.array(cal.TENURE_FORMS, dtype=object)[d.at("tenure", place, start)],
            "tenure_kind": d.at("tenure_kind", place, start),
            "monthly_rent_nok": pa.array(rent, mask=rent < 0),
            "category": np.array(cal.CATEGORIES, dtype=object)[d.at("category", place, start)],
            "room_count": pa.array(d.rooms[place].astype(np.int32)),
            "is_wheelchair_accessible": d.at("wheelchair", place, start),
            "acquired_date": dates(d.acquired[place]),
            "disposed_date": dates(d.disposed[place], last),
        }
    )


def write_truth(folder: Path, state: SyntheticMunicipality, keys: Keys | None = None, entities: Iterable[str] = ENTITIES) -> None:
    """Write the six tables of a municipality that delivers ``entities``, under the keys that its deliveries have."""
    keys = keys or local_keys(state)
    folder.mkdir(parents=True, exist_ok=True)
    t, d = state.tenancies, state.dwellings
    groups = Groups(state)
    kind = kinds_of_start(state)
    category = d.at("category", t.dwelling, t.start)
    at_start = groups.assign(t.household, t.start, category)
    allocation = {"kind": kind, "horizon": need_horizon(at_start.primary["form_2009"], category), **at_start.primary}
    totals, stock = _Totals(state.code, frozenset(entities)), []
    first_year, last_year = (int(year_of(np.array(day))) for day in (state.first, state.last))
    for year in range(first_year, last_year + 1):
        stock += _year(state, totals, groups, allocation, year)

    told = np.flatnonzero(t.start <= state.last)
    ids = keys.tenancy[told]
    codes = pa.array([state.code] * len(told))
    state.decisions.write_truth(folder / "decision.parquet", state.code)
    pq.write_table(_dwelling_table(state, keys), folder / "dwelling.parquet")
    pq.write_table(
        pa.table(
            {
                "municipality_code": codes,
                "tenancy_id": ids,
                "dwelling_id": keys.dwelling[t.dwelling[told]],
                "household_id": keys.household[t.household[told]],
                "start_date": dates(t.start[told]),
                "end_date": dates(t.end[told], state.last),
                "kind_of_start": _KINDS[kind[told]],
            }
        ),
        folder / "tenancy.parquet",
    )
    by_scheme = [
        pa.table(
            {
                "municipality_code": codes,
                "tenancy_id": ids,
                "scheme": pa.array([scheme] * len(told)),
                "primary_group_code": np.array(names, dtype=object)[at_start.primary[scheme][told]],
            }
        )
        for scheme, names in SCHEMES.items()
    ]
    pq.write_table(pa.concat_tables(by_scheme), folder / "household_group_allocation.parquet")
    by_year = [
        pa.table(
            {
                "municipality_code": pa.array([state.code] * len(household)),
                "household_id": pa.array(keys.household[household], pa.string()),
                "year": pa.array([year] * len(household), pa.int32()),
                "scheme": pa.array([scheme] * len(household)),
                "primary_group_code": pa.array(code, pa.string()),
            }
        )
        for household, year, scheme, code in stock
    ]
    pq.write_table(pa.concat_tables(by_year), folder / "household_group.parquet")
    pq.write_table(totals.table(), folder / "total.parquet")
