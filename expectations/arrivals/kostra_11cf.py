"""Suites on the staged rows of KOSTRA form 11CF."""

from __future__ import annotations

from expectations.arrivals.suite import born_within_period, identity

SUITES = {"qualification_programme": identity("person") | born_within_period()}
