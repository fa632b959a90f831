"""Suites on the staged rows of care services."""

from __future__ import annotations

from expectations.arrivals.suite import begins_within_period, born_within_period, identity

SUITES = {
    "service": identity("person") | born_within_period() | begins_within_period("start_date"),
    "person": identity("person") | born_within_period() | begins_within_period("from_date"),
    "need_score": begins_within_period("assessed_date"),
    "dwelling_staffing": begins_within_period("from_date"),
}
