"""Suites on the staged rows of Husbanken's figures."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite, begins_within_period
from expectations.runner import Expect

_FIGURES = RowSuite(
    {
        "days_after_period_end": "date_diff('day', period_end, to_date) - 1",
        "unit_of_amount": "CASE WHEN measure = 'amount' THEN unit END",
        "unit_of_count": "CASE WHEN measure <> 'amount' THEN unit END",
        "symbol_beside_value": "CASE WHEN value IS NOT NULL THEN symbol END",
        "value_that_is_counted": "value",
    },
    [
        Expect(
            "F019",
            "expect_column_values_to_be_between",
            {"column": "days_after_period_end", "max_value": 0},
            "warn",
            "A figure's period ends with that of the delivery or before",
        ),
        Expect(
            "F019",
            "expect_column_values_to_be_in_set",
            {"column": "unit_of_amount", "value_set": ["nok", "nok_per_month"]},
            "warn",
            "An amount is in NOK or in NOK per month",
        ),
        Expect(
            "F019",
            "expect_column_values_to_be_in_set",
            {"column": "unit_of_count", "value_set": ["count"]},
            "warn",
            "What is no amount is a count",
        ),
        Expect(
            "F019",
            "expect_column_values_to_be_in_set",
            {"column": "symbol_beside_value", "value_set": ["*", "0", "-"]},
            "warn",
            "Beside a figure stands no symbol that says it is missing",
        ),
        Expect(
            "F019",
            "expect_column_values_to_be_between",
            {"column": "value_that_is_counted", "min_value": 0},
            "warn",
            "A figure is not negative",
        ),
    ],
)

SUITES = {"figure": begins_within_period("from_date") | _FIGURES}
