"""Suites on the staged rows of KOSTRA form 11F."""

from __future__ import annotations

from expectations.arrivals.suite import born_within_period, identity, second_identity

SUITES = {"social_assistance": identity("person") | second_identity("person") | born_within_period()}
