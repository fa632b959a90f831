"""Suites on the staged rows of decisions by people."""

from __future__ import annotations

from expectations.arrivals.suite import begins_within_period

SUITES = {entity: begins_within_period("decided_at") for entity in ("match_decision", "group_correction", "accepted_deviation")}
