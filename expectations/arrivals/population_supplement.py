"""Suites on the staged rows of the additions to the population table."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite
from expectations.runner import Expect

SUITES = {
    "population": RowSuite(
        {"years_after_period": "year - year(period_end)"},
        [
            Expect(
                "F019",
                "expect_column_values_to_be_between",
                {"column": "years_after_period", "max_value": 1},
                "warn",
                "Figures reach at most to 1 January after the period",
            )
        ],
    )
}
