"""Suites on the staged rows of KOSTRA accounts: the controls of the form are all there is to judge."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite

SUITES: dict[str, RowSuite] = {}
