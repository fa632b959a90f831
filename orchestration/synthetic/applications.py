"""Applications for municipal dwellings: those that led to a tenancy, those rejected, withdrawn or still waiting.

Belongs here: applications with their dates. Does not belong here: what of them is known on a given day (``landing``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic.days import OPEN
from orchestration.synthetic.households import Households
from orchestration.synthetic.stays import Stays, Tenancies

REASONS = ("not_eligible", "other_dwelling_found", "incomplete", "outside_municipality", "other")


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

    def __len__(self) -> int:
        return len(self.household)

    def closed(self) -> np.ndarray:
        """The day nothing more happens to the application."""
        return np.minimum(np.minimum(self.moved_in, self.withdrawn), np.where(self.granted, OPEN, self.decided))


def make_applications(
    rng: np.random.Generator, households: Households, stays: Stays, tenancies: Tenancies, first: int, horizon: int
) -> Applications:
    """Applications behind most stays that began after ``first``, and those that led nowhere."""
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
    inside = np.clip(received, last_contract_start[origin], np.maximum(stays.end[origin] - 1, last_contract_start[origin]))
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
    parts = [np.concatenate(column) for column in zip(led, led_nowhere, strict=True)]
    order = np.lexsort((parts[0], parts[2]))
    applications = Applications(*(part[order] for part in parts))
    kept = np.flatnonzero(applications.closed() >= first)
    applications = Applications(*(getattr(applications, name)[kept] for name in applications.__dataclass_fields__))
    strangers = np.flatnonzero(applications.household >= len(households))
    applications.household[strangers] = len(households) + np.arange(len(strangers))
    return applications
