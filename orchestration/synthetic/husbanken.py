"""Husbanken's figures of the synthetic municipalities, one delivery a year.

Belongs here: figures in proportion to the municipal stock, with symbols where official statistics show none. Does not belong here: other
shared deliveries (``shared_sources``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from orchestration.synthetic.days import date_of
from orchestration.synthetic.landing import Landing, Period
from orchestration.synthetic.municipality import SyntheticMunicipality

_COLUMNS = "municipality_code;from_date;to_date;scheme;purpose;recipient_group;measure;unit;value;symbol"
_FEWEST_SHOWN = 4  # counts below, but not 0, are not shown
# scheme, purpose, recipient group, counted measure, share of the municipal stock, mean amount in NOK (or NOK per month); the whole
# of a scheme stands before its parts
_SCHEMES = (
    ("start_loan", "all", "all", "households", 0.09, 2_400_000),
    ("start_loan", "all", "families_with_children", "households", 0.05, 2_700_000),
    ("start_loan", "all", "under_25", "households", 0.006, 1_900_000),
    ("start_loan", "refinancing", "all", "households", 0.012, 1_300_000),
    ("establishment_grant", "all", "all", "households", 0.012, 420_000),
    ("adaptation_grant", "all", "all", "households", 0.02, 95_000),
    ("rental_dwelling_grant", "building", "all", "dwellings", 0.006, 700_000),
    ("care_dwelling_grant", "building", "all", "dwellings", 0.008, 1_500_000),
    ("referral_agreement", "all", "all", "dwellings", 0.004, 0),
    ("housing_allowance", "all", "all", "households", 0.85, 2_900),
    ("housing_allowance", "all", "families_with_children", "households", 0.24, 3_600),
)


@dataclass
class Husbanken:
    """Figures by year, gathered while the municipalities are drawn."""

    seed: int
    lines: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, state: SyntheticMunicipality, last_year: int) -> None:
        """Figures of every whole year of a municipality; those of the last year are preliminary."""
        rng = np.random.default_rng([self.seed, int(state.code), 7])
        d = state.dwellings
        for year in range(date_of(state.first).year, date_of(state.last).year + 1):
            stock = int(((d.acquired <= state.last) & (d.disposed > state.first)).sum())
            preliminary = "*" if year == last_year else ""
            wholes: dict[str, tuple[int, float]] = {}
            paid: dict[str, int] = {}
            for scheme, purpose, group, measure, share, mean in _SCHEMES:
                whole, share_of_whole = wholes.get(scheme, (None, share))
                count = int(rng.poisson(stock * share) if whole is None else rng.binomial(whole, share / share_of_whole))
                wholes.setdefault(scheme, (count, share))
                key = f"{state.code};{year}-01-01;{year + 1}-01-01;{scheme};{purpose};{group}"
                hidden = 0 < count < _FEWEST_SHOWN
                self.lines[year].append(f"{key};{measure};count;" + (";:" if hidden else f"{count};{preliminary}"))
                if not mean:
                    continue
                monthly = scheme == "housing_allowance"
                amount = int(mean * rng.uniform(0.9, 1.1)) * (1 if monthly else count)
                if not monthly:
                    amount = min(amount, paid.setdefault(scheme, amount))
                unit = "nok_per_month" if monthly else "nok"
                shown = ";:" if hidden else ";." if monthly and not count else f"{amount};{preliminary}"
                self.lines[year].append(f"{key};amount;{unit};{shown}")

    def deliver(self, landing: Landing) -> None:
        """One delivery for each year, received in February."""
        for year, lines in sorted(self.lines.items()):
            period = Period(dt.date(year, 1, 1), dt.date(year, 12, 31), dt.datetime(year + 1, 2, 10, 9, 0))
            landing.deliver("husbanken", "husbanken", period, {"figures.csv": lambda path, lines=lines: _write(path, lines)})


def _write(path: Path, lines: list[str]) -> int:
    path.write_text("\n".join([_COLUMNS, *lines]) + "\n", encoding="utf-8")
    return len(lines)
