"""Applications for municipal dwellings: those that led to a tenancy, those rejected, withdrawn or still waiting.

Belongs here: applications with their dates. Does not belong here: what of them is known on a given day (``landing``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from orchestration.synthetic import calibration as cal
from orchestration.synthetic.days import OPEN
from orchestration.synthetic.dwellings import Dwellings
from orchestration.synthetic.households import Households
from orchestration.synthetic.stays import Stays, Tenancies

REASONS = ("not_eligible", "other_dwelling_found", "incomplete", "outside_municipality", "other")

_NOTHING = np.zeros(0, dtype=np.int64)


@dataclass
class Applications:
    """One entry per application. ``household`` numbers from ``len(households)`` up never got a dwelling; ``tenancy`` -1 is none."""

    household: np.ndarray
    tenancy: np.ndarray
    received: np.ndarray
    decided: np.ndarray
    granted: np.ndarray
    assigned: np.ndarray
    withdrawn: np.ndarray
    moved_in: np.ndarray
    reason: np.ndarray
    group: np.ndarray
    promised: np.ndarray = field(default_factory=_NOTHING.copy)
    listed: np.ndarray = field(default_factory=_NOTHING.copy)
    needs_wheelchair: np.ndarray = field(default_factory=_NOTHING.copy)
    needed_category: np.ndarray = field(default_factory=_NOTHING.copy)

    def __len__(self) -> int:
        return len(self.household)

    def closed(self) -> np.ndarray:
        """The day nothing more happens to the application."""
        return np.minimum(np.minimum(self.moved_in, self.withdrawn), np.where(self.granted, OPEN, self.decided))


def _refused_before(rng: np.random.Generator, led: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """Some who got a dwelling, couples and families among them, had been refused before."""
    who = np.flatnonzero(rng.random(len(led[0])) < cal.REFUSED_BEFORE)
    n = len(who)
    received = led[2][who] - rng.integers(90, 900, n)
    decided = received + rng.integers(8, 60, n)
    nowhere, none = np.full(n, -1), np.full(n, OPEN)
    return led[0][who], nowhere, received, decided, np.zeros(n, bool), none, none, none, rng.integers(0, len(REASONS), n), led[9][who]


def _tell_more(rng: np.random.Generator, a: Applications, dwellings: Dwellings, tenancies: Tenancies) -> None:
    """First offer, day on the list, need of access for a wheelchair, and the category that was found to be needed."""
    n = len(a)
    gone = np.minimum(a.assigned, a.withdrawn)
    later = np.where(rng.random(n) < cal.LISTED_LATER, rng.integers(1, 30, n), 0)
    a.listed = np.where(a.granted, np.minimum(a.decided + later, gone), OPEN)
    led = a.tenancy >= 0
    offered = np.where(led, rng.random(n) < 0.8, a.granted & (rng.random(n) < 0.3))
    waited = np.where(rng.random(n) < 0.8, 0, rng.integers(5, 60, n))
    offer = np.maximum(np.where(led, a.assigned - waited, a.listed + rng.integers(10, 200, n)), a.listed)
    a.promised = np.where(offered & (offer < a.withdrawn), offer, OPEN)
    a.needs_wheelchair = rng.random(n) < np.where(a.group == 3, 0.45, 0.04)
    need = (rng.random(n)[:, None] >= np.cumsum(cal.NEEDED_CATEGORY, axis=1)[a.group]).sum(axis=1)
    got = dwellings.at("category", tenancies.dwelling[a.tenancy], a.moved_in)
    a.needed_category = np.where(led & (rng.random(n) < 0.85), got, np.minimum(need, cal.STAFFED_ROUND_CLOCK))


def make_applications(
    rng: np.random.Generator,
    further: np.random.Generator,
    households: Households,
    stays: Stays,
    dwellings: Dwellings,
    tenancies: Tenancies,
    first: int,
    horizon: int,
) -> Applications:
    """Applications behind most stays that began after ``first``, and those that led nowhere.

    ``further``: the stream for refusals before, offers, days on the list and needs.
    """
    contract = np.full(len(stays), -1)
    contract[tenancies.stay[::-1]] = np.arange(len(tenancies))[::-1]  # the stay's first contract
    last_contract_start = np.zeros(len(stays), dtype=np.int64)
    np.maximum.at(last_contract_start, tenancies.stay, tenancies.start)
    behind = np.flatnonzero((stays.start >= first) & (rng.random(len(stays)) < 0.92))
    n = len(behind)
    start = stays.start[behind]
    wait = np.where(rng.random(n) < 0.25, 0, 5 + rng.exponential(120, n)).astype(np.int64)
    assigned = start - rng.integers(2, 25, n)
    decided = assigned - wait
    received = decided - rng.integers(8, 60, n)
    origin = stays.moved_from[behind]
    contract_start = np.minimum(last_contract_start[origin], start - 1)
    inside = np.clip(received, contract_start, np.maximum(stays.end[origin] - 1, contract_start))
    received = np.where(origin >= 0, inside, received)
    decided = np.clip(decided, received, start)
    assigned = np.clip(assigned, decided, start)
    none = np.full(n, OPEN)
    group = households.group[stays.household[behind]]
    led = (stays.household[behind], contract[behind], received, decided, np.ones(n, bool), assigned, none, start, np.full(n, -1), group)

    extra = rng.poisson(n * 0.62)
    rejected = rng.random(extra) < 0.72
    received2 = rng.integers(first - 200, horizon, extra)
    decided2 = received2 + rng.integers(8, 60, extra)
    withdrawn2 = np.where(rejected, OPEN, decided2 + 20 + rng.exponential(220, extra).astype(np.int64))
    none2, nowhere = np.full(extra, OPEN), np.full(extra, -1)
    reason = np.where(rejected, rng.integers(0, len(REASONS), extra), -1)
    people = len(households) + np.arange(extra)
    group2 = rng.choice(7, extra, p=(0.1, 0.07, 0.05, 0.2, 0.1, 0.45, 0.03))
    led_nowhere = (people, nowhere, received2, decided2, ~rejected, none2, withdrawn2, none2, reason, group2)
    refused = _refused_before(further, led)
    parts = [np.concatenate(column) for column in zip(led, led_nowhere, refused, strict=True)]
    order = np.lexsort((parts[0], parts[2]))
    parts = [part[order] for part in parts]
    kept = np.flatnonzero(Applications(*parts).closed() >= first)
    applications = Applications(*(part[kept] for part in parts))
    strangers = np.flatnonzero(applications.household >= len(households))
    applications.household[strangers] = len(households) + np.arange(len(strangers))
    _tell_more(further, applications, dwellings, tenancies)
    return applications
