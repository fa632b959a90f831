"""Suites on the staged rows of the register of settled refugees."""

from __future__ import annotations

from expectations.arrivals.suite import begins_within_period, identity, second_identity

SUITES = {"refugee": identity("person") | second_identity("person") | begins_within_period("settlement_date")}
