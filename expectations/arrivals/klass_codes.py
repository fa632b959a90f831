"""Suites on the staged code lists of Klass."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite
from expectations.runner import Expect

_BEFORE = "lag(coalesce(valid_to, DATE '9999-12-31')) OVER (PARTITION BY file_no, classification_id, code ORDER BY valid_from)"

SUITES = {
    "code": RowSuite(
        {"begins_before_the_one_before_ends": f"coalesce(valid_from < {_BEFORE}, false)"},
        [
            Expect(
                "F019",
                "expect_column_values_to_be_in_set",
                {"column": "begins_before_the_one_before_ends", "value_set": [False]},
                "warn",
                "A code is not valid twice on one day",
            )
        ],
    ),
}
