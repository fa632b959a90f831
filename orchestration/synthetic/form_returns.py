"""Form 13 as municipalities sent it, from what is true: some returns are right, the others are wrong in a way that is known.

Belongs here: the returns, what is wrong with each, and the truth about it, all from the state. Does not belong here: what is true beyond
the form (``truth`` and its parts). The warehouse is never read.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.days import day
from orchestration.synthetic.extracts import applied_at_service_office, let_by_service_office
from orchestration.synthetic.landing import Landing, Period
from orchestration.synthetic.municipality import SyntheticMunicipality
from orchestration.synthetic.reference import rows_of
from orchestration.synthetic.truth_flows import NEW, kinds_of_start, listing_days
from orchestration.synthetic.truth_groups import SCHEMES, Groups
from orchestration.synthetic.truth_stock import Stock

RIGHT, OTHER_OFFICE, COUNTED_EARLIER = "", "other_office", "counted_earlier"
FORGOTTEN, MISSING_GROUPS, COUNTED_TWICE = "forgotten_move_ins", "missing_groups", "counted_twice"
CAUSES = (RIGHT, OTHER_OFFICE, COUNTED_EARLIER, FORGOTTEN, MISSING_GROUPS, COUNTED_TWICE)
_EARLIER_RETURNS = 2  # years before the last one
_FIRST_OF_2020 = 2020  # from then on the form asks for the groups of form_2020
_TENURE_FORMS = ("2.1", "2.2", "2.3")
_TENURE_KINDS = ("freehold", "cooperative", "condominium", "private_rental", "allocation_agreement", "referral_agreement")
_NUMBERS = {"formerly_refugee": "8", "unclassified": "9"}  # of those without a group, in the form
_LEFT_OUT = 0.1  # of the move-ins, and of the largest group


@dataclass(frozen=True)
class Return:
    """What a municipality sent for one year."""

    year: int
    cause: str
    counted: dt.date
    sent: dict[str, int]
    true: dict[str, int]

    @property
    def covered_office(self) -> str:
        """Whose dwellings and households it counts."""
        return "housing_office" if self.cause == OTHER_OFFICE else "all"


class _Counts:
    """Lines of the form on a day, from the state."""

    def __init__(self, state: SyntheticMunicipality) -> None:
        self.state, self.groups, self.stock = state, Groups(state), Stock(state)
        self.kind, self.listed = kinds_of_start(state), listing_days(state)
        self.service_let, self.service_applied = let_by_service_office(state), applied_at_service_office(state)

    def lines(self, year: int, on: int, *, without_service_office: bool = False, doubles: bool = False) -> dict[str, int]:
        """Dwellings as they are on a day; who moved in and came on the list in the year up to that day."""
        state, d, t, a = self.state, self.state.dwellings, self.state.tenancies, self.state.applications
        begin = day(dt.date(year, 1, 1))
        let = np.flatnonzero((t.start <= on) & (t.end > on))
        moved = np.flatnonzero((self.kind == NEW) & (t.start >= begin) & (t.start <= on))
        listed = np.flatnonzero((self.listed >= begin) & (self.listed <= on))
        counted = self.stock.counted.dwelling[self.stock.counted.on(on)]
        left_out = np.zeros(0, dtype=np.int64)
        if without_service_office:
            left_out = t.dwelling[let[self.service_let[let]]]
            let, moved = let[~self.service_let[let]], moved[~self.service_let[moved]]
            listed = listed[~self.service_applied[listed]]
        vacant = len(counted) - len(left_out) - len(let)
        if doubles:
            twice = state.planted.of("duplicate_tenancy")
            let = np.concatenate([let, twice[np.isin(twice, let)]])
            moved = np.concatenate([moved, twice[np.isin(twice, moved)]])

        def stock(values: np.ndarray, of_left_out: np.ndarray, value: object) -> int:
            return int((values == value).sum() - (of_left_out == value).sum())

        tenure, kind, wheelchair = ((d.at(name, counted, on), d.at(name, left_out, on)) for name in ("tenure", "tenure_kind", "wheelchair"))
        lines = {"2": len(counted) - len(left_out)}
        lines |= {line: stock(*tenure, number) for number, line in enumerate(_TENURE_FORMS)}
        lines |= {f"2.k{number}": stock(*kind, name) for number, name in enumerate(_TENURE_KINDS, start=1)}
        lines |= {"3": stock(*wheelchair, 1), "4.1": len(let), "4.2": vacant, "5": len(moved)}
        scheme, suffix = ("form_2020", "") if year >= _FIRST_OF_2020 else ("form_2009", "_2009")
        category = d.at("category", t.dwelling[moved], t.start[moved])
        primary = self.groups.assign(t.household[moved], t.start[moved], category).primary[scheme]
        by_group = np.bincount(primary, minlength=len(SCHEMES[scheme]))
        lines |= {f"5.{_NUMBERS.get(code, code)}{suffix}": int(n) for code, n in zip(SCHEMES[scheme], by_group, strict=True)}
        return lines | {"6": len(np.unique(a.household[listed]))}


def make_return(counts: _Counts, year: int, cause: str) -> Return:
    """The return of one year with what is wrong with it."""
    year_end = dt.date(year, 12, 31)
    counted = dt.date(year, 11, 30) if cause == COUNTED_EARLIER else year_end
    true = counts.lines(year, day(year_end))
    sent = dict(true)
    if cause == COUNTED_EARLIER:
        sent = counts.lines(year, day(counted))
    elif cause == OTHER_OFFICE:
        sent = counts.lines(year, day(year_end), without_service_office=True)
    elif cause == COUNTED_TWICE:
        sent = counts.lines(year, day(year_end), doubles=True)
    elif cause == FORGOTTEN:
        sent["5"] -= _some_of(true["5"])
    elif cause == MISSING_GROUPS:
        largest = max((line for line in true if line.startswith("5.")), key=lambda line: true[line])
        sent[largest] -= _some_of(true[largest])
    return Return(year, cause, counted, sent, true)


def deliver_form_returns(state: SyntheticMunicipality, landing: Landing, truth: Path, last_year: int) -> None:
    """Returns of the years before the last one in one delivery, that of the last year in one of its own, and the truth about them."""
    code, counts = state.code, _Counts(state)
    ends = [dt.date(year, 12, 31) for year in range(last_year - _EARLIER_RETURNS, last_year + 1)]
    years = [end.year for end in ends if state.first <= day(end) <= state.last]
    earlier = [year for year in years if year < last_year]
    last = [year for year in years if year == last_year and int(code) % 2 == 0]
    written: list[Return] = []
    for together in filter(None, (earlier, last)):
        returns = [make_return(counts, year, CAUSES[(int(code) + year) % len(CAUSES)]) for year in together]
        end = dt.date(together[-1], 12, 31)
        period = Period(dt.date(together[0], 1, 1), end, dt.datetime(end.year + 1, 2, 15, 9))
        landing.deliver("form_return", code, period, {"form_return.csv": lambda path, returns=returns: _write(path, code, returns)})
        written += returns
    pq.write_table(_truth(code, written), truth / code / "form_return.parquet")


def _some_of(count: int) -> int:
    """A tenth, two at least, and never more than there are."""
    return min(count, max(2, round(_LEFT_OUT * count)))


def _write(path: Path, code: str, returns: list[Return]) -> int:
    labels = {row["line_id"]: row["label_nb"] for row in rows_of(PROJECT_ROOT / "seeds" / "form" / "form_line.csv")}
    rows = [
        (code, r.year, r.counted.isoformat(), r.covered_office, line, labels[line], count, "")
        for r in returns
        for line, count in r.sent.items()
    ]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\n")
        writer.writerow(["municipality_code", "year", "counted_date", "covered_office", "line_id", "label_nb", "line_count", "symbol"])
        writer.writerows(rows)
    return len(rows)


def _truth(code: str, returns: list[Return]) -> pa.Table:
    """``form_return``: each line that was sent, what is true and why it differs; the cause is null where it does not."""
    rows = [
        (code, r.year, line, r.true[line], sent, r.cause if sent != r.true[line] else None)
        for r in returns
        for line, sent in r.sent.items()
    ]
    names = ["municipality_code", "year", "line_id", "true_count", "sent_count", "cause"]
    types = [pa.string(), pa.int32(), pa.string(), pa.int64(), pa.int64(), pa.string()]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({name: pa.array(column, kind) for name, column, kind in zip(names, columns, types, strict=True)})
