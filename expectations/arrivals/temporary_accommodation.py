"""Suites on the staged rows of stays in temporary accommodation."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite, begins_within_period, born_within_period, identity, second_identity
from expectations.runner import Expect

_CHILDREN = RowSuite(
    {"children_of_kind": "CASE WHEN household_kind IN ('single', 'couple') THEN child_count END"},
    [
        Expect(
            "F019",
            "expect_column_values_to_be_in_set",
            {"column": "children_of_kind", "value_set": [0]},
            "warn",
            "A household without children has none",
        )
    ],
)

SUITES = {"stay": identity("person") | second_identity("person") | born_within_period() | begins_within_period("start_date") | _CHILDREN}
