"""Suites on the staged rows of KOSTRA form 11F."""

from __future__ import annotations

from expectations.arrivals.suite import born_within_period, identity

SUITES = {"social_assistance": identity("person") | born_within_period()}
