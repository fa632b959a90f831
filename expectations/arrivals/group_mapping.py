"""Suites on the staged rows of a municipality's own group codes."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite
from expectations.runner import Expect

SUITES = {
    "local_group": RowSuite(
        {"exact_scheme_code": "CASE WHEN certainty = 'exact' THEN coalesce(scheme_code, 'none') END"},
        [
            Expect(
                "F019",
                "expect_column_values_to_not_be_in_set",
                {"column": "exact_scheme_code", "value_set": ["none"]},
                "warn",
                "An exact mapping names the code of the scheme",
            )
        ],
    )
}
