"""The stock of one municipality as it truly was: counted dwellings with their versions, events, months and vacant spells.

A flat that is let on several contracts counts as one dwelling for each that runs, and as one while none does (C15); a dwelling that is out
of use is not in stock (C14).

Belongs here: dwellings. Does not belong here: who lived there (``truth_flows``), totals (``truth``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN, dates, month_starts
from orchestration.synthetic.keys import Keys
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.stock_events import (
    ACQUIRED,
    DISPOSED,
    KINDS,
    MERGED,
    RENOVATED,
    RETURNED,
    SPLIT,
    TAKEN_OUT,
)

_CAME, _WENT = (ACQUIRED, SPLIT, RETURNED), (DISPOSED, MERGED, TAKEN_OUT)


@dataclass
class Periods:
    """Half-open periods: the dwelling as it is registered, its place among the counted dwellings of the flat (1: the flat itself)."""

    dwelling: np.ndarray
    place: np.ndarray
    from_day: np.ndarray
    to_day: np.ndarray

    def __len__(self) -> int:
        return len(self.dwelling)

    def on(self, day: int) -> np.ndarray:
        """The periods that hold on a day."""
        return np.flatnonzero((self.from_day <= day) & (self.to_day > day))


def _joined(parts: list[Periods]) -> Periods:
    return Periods(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("dwelling", "place", "from_day", "to_day")))


def _levels(owner: np.ndarray, day: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum of the steps in each dwelling up to and with each day on which there are some."""
    order = np.lexsort((day, owner))
    owner, day, level = owner[order], day[order], np.cumsum(step[order])
    last_of_day = np.ones(len(owner), dtype=bool)
    last_of_day[:-1] = (owner[1:] != owner[:-1]) | (day[1:] != day[:-1])
    return owner[last_of_day], day[last_of_day], level[last_of_day]


def _stretches(owner: np.ndarray, day: np.ndarray, holds: np.ndarray, place: int) -> Periods:
    """Maximal periods in which something holds, told by days of change; it holds no longer on a dwelling's last one."""
    before = np.zeros(len(owner), dtype=bool)
    before[1:] = holds[:-1] & (owner[1:] == owner[:-1])
    starts, ends = np.flatnonzero(holds & ~before), np.flatnonzero(~holds & before)
    return Periods(owner[starts], np.full(len(starts), place), day[starts], day[ends])


class Stock:
    """Counted dwellings, the days on which they are in stock, and those on which they are vacant, as known on the last day."""

    def __init__(self, state: SyntheticMunicipality) -> None:
        self.state = state
        d, t, e, last = state.dwellings, state.tenancies, state.events, state.last
        begun, out = t.start <= last, e.out_from <= last
        contract = Periods(t.dwelling[begun], np.ones(int(begun.sum())), t.start[begun], np.where(t.end > last, OPEN, t.end)[begun])
        everyone, away = np.arange(len(d)), e.out_dwelling[out]
        back = np.where(e.out_to > last, OPEN, e.out_to)[out]
        disposed = np.where(d.disposed > last, OPEN, d.disposed)
        owner = np.concatenate([everyone, away, everyone, away])
        day = np.concatenate([d.acquired, back, disposed, e.out_from[out]])
        step = np.repeat([1, -1], len(owner) // 2)
        in_stock = _levels(owner, day, step)
        parts = [_stretches(in_stock[0], in_stock[1], in_stock[2] > 0, 1)]

        runs = np.concatenate([contract.dwelling, contract.dwelling]), np.concatenate([contract.from_day, contract.to_day])
        begins = np.repeat([1, -1], len(contract))
        shared = d.is_shared[runs[0]]
        contracts = _levels(runs[0][shared], runs[1][shared], begins[shared])
        parts += [_stretches(contracts[0], contracts[1], contracts[2] >= k, k) for k in range(2, int(contracts[2].max(initial=0)) + 1)]
        self.counted = _joined(parts)
        free = _levels(np.concatenate([owner, runs[0]]), np.concatenate([day, runs[1]]), np.concatenate([step, -begins]))
        self.vacant = _stretches(free[0], free[1], free[2] > 0, 1)
        self._events = self._all_events(self.counted, disposed)

    def _all_events(self, counted: Periods, disposed: np.ndarray) -> tuple[np.ndarray, ...]:
        """Dwelling, place, kind, day and change of the stock of every event, told or not."""
        d, e, last = self.state.dwellings, self.state.events, self.state.last
        came, went = np.full(len(d), ACQUIRED), np.full(len(d), DISPOSED)
        came[e.dwelling[e.kind == SPLIT]] = SPLIT
        went[e.dwelling[e.kind == MERGED]] = MERGED
        everyone, further = np.arange(len(d)), counted.place > 1
        flat, place = counted.dwelling[further], counted.place[further]
        meanwhile = np.isin(e.kind, (TAKEN_OUT, RETURNED, RENOVATED))
        parts = [
            (everyone, np.ones_like(everyone), came, d.acquired),
            (everyone, np.ones_like(everyone), went, disposed),
            (e.dwelling[meanwhile], np.ones(int(meanwhile.sum()), dtype=np.int64), e.kind[meanwhile], e.day[meanwhile]),
            (flat, place, np.full(len(flat), SPLIT), counted.from_day[further]),
            (flat, place, np.full(len(flat), MERGED), counted.to_day[further]),
        ]
        dwelling, place, kind, day = (np.concatenate(column) for column in zip(*parts, strict=True))
        change = np.isin(kind, _CAME).astype(np.int64) - np.isin(kind, _WENT)
        never_back = np.zeros(len(d), dtype=bool)
        never_back[e.out_dwelling[e.out_to == d.disposed[e.out_dwelling]]] = True
        change[never_back[dwelling] & (kind == DISPOSED)] = 0
        known = day <= last
        return dwelling[known], place[known], kind[known], day[known], change[known]

    def ids(self, keys: Keys, dwelling: np.ndarray, place: np.ndarray) -> pa.Array:
        """The keys of counted dwellings: that of the flat, and its further ones with their number."""
        own = keys.dwelling[dwelling]
        return pa.array(np.where(place > 1, own + "#" + place.astype(str).astype(object), own), pa.string())

    def event_table(self, keys: Keys) -> pa.Table:
        """``dwelling_event``."""
        dwelling, place, kind, day, _ = self._events
        return pa.table(
            {
                "municipality_code": pa.array([self.state.code] * len(dwelling), pa.string()),
                "dwelling_id": self.ids(keys, dwelling, place),
                "event_kind": np.array(KINDS, dtype=object)[kind],
                "event_date": dates(day),
            }
        )

    def vacancy_table(self, keys: Keys) -> pa.Table:
        """``vacancy_spell``: from the first delivered day on; what was vacant before is not told."""
        first, last = self.state.first, self.state.last
        told = np.flatnonzero((self.vacant.to_day > first) & (self.vacant.from_day <= last))
        from_day, to_day = np.maximum(self.vacant.from_day[told], first), self.vacant.to_day[told]
        return pa.table(
            {
                "municipality_code": pa.array([self.state.code] * len(told), pa.string()),
                "dwelling_id": self.ids(keys, self.vacant.dwelling[told], self.vacant.place[told]),
                "from_date": dates(from_day),
                "to_date": dates(to_day, last),
            }
        )

    def month_table(self) -> pa.Table:
        """``stock_month``: what came and went in each month, and who has what on its last day."""
        t = self.state.tenancies
        starts = month_starts(self.state.first, self.state.last)
        ends = starts[1:] - 1
        columns: dict[str, list[int]] = {"opening": [self.counted.on(int(day) - 1).size for day in starts[:-1]]}
        _, _, kind, day, change = self._events
        for number in (*_CAME, *_WENT):
            days = day[(kind == number) & (change != 0)]
            columns[KINDS[number]] = [int(((days >= start) & (days <= end)).sum()) for start, end in zip(starts, ends, strict=False)]
        columns["closing"] = [self.counted.on(int(end)).size for end in ends]
        columns["let"] = [int(((t.start <= end) & (t.end > end)).sum()) for end in ends]
        columns["vacant"] = [self.vacant.on(int(end)).size for end in ends]
        table = {"municipality_code": pa.array([self.state.code] * len(ends), pa.string()), "month_start_date": dates(starts[:-1])}
        return pa.table(table | {name: pa.array(values, pa.int64()) for name, values in columns.items()})

    def dwelling_table(self, keys: Keys) -> pa.Table:
        """``dwelling``: true versions of counted dwellings, cut where a value changes and where they go out of stock or come back."""
        d, last, periods = self.state.dwellings, self.state.last, self.counted
        windows, owner = np.unique(np.column_stack([periods.dwelling, periods.place]), axis=0, return_inverse=True)
        base, place = windows[:, 0], windows[:, 1]
        begin, finish = np.full(len(base), OPEN), np.zeros(len(base), dtype=np.int64)
        np.minimum.at(begin, owner.ravel(), periods.from_day)
        np.maximum.at(finish, owner.ravel(), periods.to_day)
        begin = np.where(place == 1, d.acquired[base], begin)
        finish = np.where(place == 1, np.where(d.disposed[base] > last, OPEN, d.disposed[base]), finish)

        everyone = np.arange(len(base))
        number = np.concatenate([everyone, everyone, owner.ravel(), owner.ravel()])
        cut = np.concatenate([begin, d.changed[base], periods.from_day, periods.to_day])
        inside = (cut >= begin[number]) & (cut < finish[number]) & (cut <= last)
        cuts = np.unique(np.column_stack([number[inside], cut[inside]]), axis=0)
        number, start = cuts[:, 0], cuts[:, 1]
        is_last = np.ones(len(number), dtype=bool)
        is_last[:-1] = number[1:] != number[:-1]
        stop = np.where(is_last, finish[number], np.append(start[1:], 0))
        turns = _levels(
            np.concatenate([owner.ravel(), owner.ravel()]),
            np.concatenate([periods.from_day, periods.to_day]),
            np.repeat([1, -1], len(periods)),
        )
        at = np.searchsorted(turns[0] * 2**31 + turns[1], number * 2**31 + start, side="right") - 1
        in_stock = (at >= 0) & (turns[0][at] == number) & (turns[2][at] > 0)
        flat = base[number]
        rent = d.at("rent", flat, start)  # below zero: the system does not tell
        grant = np.where(place[number] > 1, 0, d.grant[flat])  # given once, for the flat
        return pa.table(
            {
                "municipality_code": pa.array([self.state.code] * len(flat), pa.string()),
                "dwelling_id": self.ids(keys, flat, place[number]),
                "unit_id": keys.unit[d.unit[flat]],
                "valid_from": dates(start),
                "valid_to": dates(stop, last),
                "is_in_stock": in_stock,
                "tenure_form": np.array(cal.TENURE_FORMS, dtype=object)[d.at("tenure", flat, start)],
                "tenure_kind": d.at("tenure_kind", flat, start),
                "monthly_rent_nok": pa.array(rent, mask=rent < 0),
                "category": np.array(cal.CATEGORIES, dtype=object)[d.at("category", flat, start)],
                "room_count": pa.array(d.rooms[flat].astype(np.int32)),
                "is_wheelchair_accessible": d.at("wheelchair", flat, start),
                "responsible_unit": pa.array(d.at("responsible", flat, start), pa.string()),
                "allocating_unit": pa.array(d.at("allocating", flat, start), pa.string()),
                "grant_nok": pa.array(grant, mask=grant == 0),
                "grant_binding_until": dates(d.grant_until[flat]),
                "is_shared": d.is_shared[flat],
                "acquired_date": dates(begin[number]),
                "disposed_date": dates(finish[number], last),
            }
        )
