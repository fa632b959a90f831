"""Ground truth of one municipality, from the generator's own state: what the marts must find after the documented treatment.

Belongs here: true dwellings, spells, groups and totals. Does not belong here: reading deliveries; tests compare, the night
never sees these files.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import dates, new_year, year_of
from orchestration.synthetic.keys import Keys, local_ids
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.reference import inhabitants
from orchestration.synthetic.truth_flows import (
    KINDS_OF_START,
    NEW,
    application_table,
    chain_table,
    composition_table,
    flow_table,
    kinds_of_start,
    listing_days,
    living,
)
from orchestration.synthetic.truth_groups import FORM_SCHEMES, HORIZONS, SCHEMES, Groups, need_horizon
from orchestration.synthetic.truth_stock import Stock

ENTITIES = ("dwelling", "tenancy", "household_member", "household_group", "application", "service")
_BY_GROUP = {"share_unclassified", "throughput", "mean_stay_years", "households_any_group"}


def local_keys(state: SyntheticMunicipality) -> Keys:
    """The keys that a delivery in the form of the contract has."""
    sizes = {"B": len(state.dwellings), "E": len(state.dwellings), "H": len(state.households), "L": len(state.tenancies)}
    return Keys(*(local_ids(letter, np.arange(size)) for letter, size in sizes.items()))


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
    listed = listing_days(state)
    new = (listed >= begin) & (listed <= end)
    waiting = (listed <= end) & (a.assigned > end) & (a.withdrawn > end)
    totals.add(year, "new_on_waiting_list", len(np.unique(a.household[new])))
    totals.add(year, "on_waiting_list", len(np.unique(a.household[waiting])))


def _year(state: SyntheticMunicipality, totals: _Totals, groups: Groups, stock: Stock, allocation: dict, year: int) -> list[tuple]:
    """Totals of one year; returns the groups of the households in stock, the primary ones and those beside."""
    d, t = state.dwellings, state.tenancies
    begin, end = int(new_year(np.array(year))), int(new_year(np.array(year + 1))) - 1
    counted, free = stock.counted.dwelling[stock.counted.on(end)], stock.vacant.dwelling[stock.vacant.on(end)]
    let = np.flatnonzero((t.start <= end) & (t.end > end))
    tenancies = living(state, end)
    household = t.household[tenancies]
    on = np.full(len(tenancies), end)
    assigned = groups.assign(household, on, d.at("category", t.dwelling[tenancies], end))
    care = groups.has_care(household, on)
    total, vacant = len(counted), len(counted) - len(let)

    totals.add(year, "disposed_dwellings", total)
    totals.by(year, "disposed_dwellings", "tenure_form", cal.TENURE_FORMS, np.bincount(d.at("tenure", counted, end), minlength=3))
    people = inhabitants(year).get(state.code)
    totals.add(year, "disposed_dwellings_per_1000", total, people.total if people else None)
    totals.add(year, "let_dwellings", len(let))
    totals.add(year, "vacant_dwellings", vacant)
    totals.add(year, "vacancy_rate", vacant, total)

    moved = np.flatnonzero((allocation["kind"] == NEW) & (t.start >= begin) & (t.start <= end))
    totals.add(year, "newly_moved_in", len(moved))
    group_of = np.full(len(state.households), -1)
    group_of[household] = assigned.primary["form_2009"]
    dwelling = np.concatenate([free, t.dwelling[let]])
    of_vacant_and_let = np.concatenate([np.full(len(free), -1), group_of[t.household[let]]])
    below = np.bincount(need_horizon(of_vacant_and_let, d.at("category", dwelling, end)), minlength=len(HORIZONS))
    above = np.bincount(allocation["horizon"][moved], minlength=len(HORIZONS))
    totals.by(year, "throughput", "need_horizon", HORIZONS, above, below)
    totals.by(year, "mean_stay_years", "need_horizon", HORIZONS, below, above)

    totals.add(year, "households", len(household))
    totals.add(year, "share_with_care_services", care.sum(), len(household))
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
    rows = []
    for scheme, codes in SCHEMES.items():
        beside, code = assigned.secondary(scheme)
        rows.append((household, year, scheme, np.array(codes, dtype=object)[assigned.primary[scheme]], True))
        rows.append((household[beside], year, scheme, code, False))
    return rows


def write_truth(folder: Path, state: SyntheticMunicipality, keys: Keys | None = None, entities: Iterable[str] = ENTITIES) -> None:
    """Write the tables of a municipality that delivers ``entities``, under the keys that its deliveries have."""
    keys = keys or local_keys(state)
    folder.mkdir(parents=True, exist_ok=True)
    t, d = state.tenancies, state.dwellings
    groups = Groups(state)
    kind = kinds_of_start(state)
    category = d.at("category", t.dwelling, t.start)
    at_start = groups.assign(t.household, t.start, category)
    allocation = {"kind": kind, "horizon": need_horizon(at_start.primary["form_2009"], category), **at_start.primary}
    totals, stock, in_stock = _Totals(state.code, frozenset(entities)), Stock(state), []
    first_year, last_year = (int(year_of(np.array(day))) for day in (state.first, state.last))
    for year in range(first_year, last_year + 1):
        in_stock += _year(state, totals, groups, stock, allocation, year)

    told = np.flatnonzero(t.start <= state.last)
    ids = keys.tenancy[told]
    codes = pa.array([state.code] * len(told))
    state.decisions.write_truth(folder / "decision.parquet", state.code)
    tables = {
        "dwelling": stock.dwelling_table(keys),
        "dwelling_event": stock.event_table(keys),
        "stock_month": stock.month_table(),
        "vacancy_spell": stock.vacancy_table(keys),
        "household_flow": flow_table(state, kind),
        "chain": chain_table(state, keys),
        "application": application_table(state),
    }
    if "household_member" in entities:
        tables["household_composition"] = composition_table(state, keys)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    pq.write_table(
        pa.table(
            {
                "municipality_code": codes,
                "tenancy_id": ids,
                "dwelling_id": keys.dwelling[t.dwelling[told]],
                "household_id": keys.household[t.household[told]],
                "start_date": dates(t.start[told]),
                "end_date": dates(t.end[told], state.last),
                "kind_of_start": KINDS_OF_START[kind[told]],
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
                "municipality_code": pa.array([state.code] * len(household), pa.string()),
                "household_id": pa.array(keys.household[household], pa.string()),
                "year": pa.array([year] * len(household), pa.int32()),
                "scheme": pa.array([scheme] * len(household), pa.string()),
                "group_code": pa.array(code, pa.string()),
                "is_primary": pa.array([is_primary] * len(household), pa.bool_()),
            }
        )
        for household, year, scheme, code, is_primary in in_stock
    ]
    pq.write_table(pa.concat_tables(by_year), folder / "household_group.parquet")
    pq.write_table(totals.table(), folder / "total.parquet")
