"""Suites on the staged rows of the classification of municipalities."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite
from expectations.runner import Expect

_VALID = "valid_from <= period_end AND (valid_to IS NULL OR valid_to > period_end)"

SUITES = {
    "municipality_version": RowSuite(
        {"municipalities_at_period_end": f"count(*) FILTER ({_VALID}) OVER (PARTITION BY file_no)"},
        [
            Expect(
                "F019",
                "expect_column_values_to_be_between",
                {"column": "municipalities_at_period_end", "min_value": 300, "max_value": 800},
                "warn",
                "The division at the end of the period has as many municipalities as Norway can have",
            )
        ],
    ),
}
