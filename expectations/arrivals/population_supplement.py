"""Suites on the staged rows of the additions to the population table."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite
from expectations.runner import Expect

SUITES = {
    "population": RowSuite(
        {"method_of_official": "CASE WHEN status = 'official' THEN method END"},
        [
            Expect(
                "F019",
                "expect_column_values_to_be_in_set",
                {"column": "method_of_official", "value_set": ["observed"]},
                "warn",
                "An official figure is observed, never estimated",
            )
        ],
    )
}
