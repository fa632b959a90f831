"""Suites on the staged rows of form 13 as it was sent."""

from __future__ import annotations

from expectations.arrivals.suite import RowSuite
from expectations.runner import Expect

_RETURN = "PARTITION BY delivery_id, municipality_code, year"


def _same(column: str) -> str:
    return f"min({column}) OVER ({_RETURN}) IS NOT DISTINCT FROM max({column}) OVER ({_RETURN})"


def _holds(name: str, description: str) -> Expect:
    return Expect("F035", "expect_column_values_to_be_in_set", {"column": name, "value_set": [True]}, "refuse_delivery", description)


SUITES = {
    "line": RowSuite(
        {
            "has_one_day_of_count": _same("counted_date"),
            "has_one_covered_office": _same("covered_office"),
            "stands_once": f"count(*) OVER ({_RETURN}, line_id) = 1",  # a key twice in one file is R007
            "days_from_year_end_to_count": "date_diff('day', make_date(year, 12, 31), counted_date)",
            "symbol_beside_count": "CASE WHEN staged_line.line_count IS NOT NULL THEN symbol END",
        },
        [
            _holds("has_one_day_of_count", "The lines of one return have the same counted_date"),
            _holds("has_one_covered_office", "The lines of one return have the same covered_office"),
            _holds("stands_once", "A line stands in one file of a delivery alone"),
            Expect(
                "F019",
                "expect_column_values_to_be_between",
                {"column": "days_from_year_end_to_count", "min_value": -184, "max_value": 90},
                "warn",
                "A return is counted between 30 June of its year and 31 March of the next",
            ),
            Expect(
                "F019",
                "expect_column_values_to_be_null",
                {"column": "symbol_beside_count"},
                "warn",
                "A symbol that says why there is no number does not stand beside one",
            ),
        ],
    )
}
