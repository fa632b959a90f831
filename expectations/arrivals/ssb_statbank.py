"""Suites on the staged cells of StatBank tables."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite
from expectations.runner import Expect
from orchestration.sources.json_stat import NO_FIGURE

_NO_FIGURE = ", ".join(f"'{symbol}'" for symbol in NO_FIGURE)

SUITES = {
    "cell": RowSuite(
        {
            "figure_that_may_not_be": f"value IS NOT NULL AND coalesce(status_symbol IN ({_NO_FIGURE}), false)",
            "unexplained": "value IS NULL AND status_symbol IS NULL",
        },
        [
            Expect(
                "F031",
                "expect_column_values_to_be_in_set",
                {"column": "figure_that_may_not_be", "value_set": [False]},
                "refuse_delivery",
                f"No figure stands in a cell whose symbol says that there is none ({' '.join(NO_FIGURE)})",
            ),
            Expect(
                "F032",
                "expect_column_values_to_be_in_set",
                {"column": "unexplained", "value_set": [False]},
                "warn",
                "A cell without a figure has a symbol that says why",
            ),
        ],
    ),
}
