"""The form of a suite on staged rows, and the expectations that several sources share.

Belongs here: building blocks. Does not belong here: which entity expects what (one module per source).
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.runner import Expect
from orchestration.privacy.national_id import STATUSES
from orchestration.privacy.pseudonym import PSEUDONYM_PATTERN

_IDENTITY = ("_duf_pseudonym", "_duf_status", "_pseudonym", "_id_status")


@dataclass(frozen=True)
class RowSuite:
    """Columns that the suite looks at (name to SQL over the staged row and its file) and what it expects of them."""

    columns: dict[str, str]
    expectations: list[Expect]

    def __or__(self, other: RowSuite) -> RowSuite:
        """Both suites in one."""
        return RowSuite(self.columns | other.columns, self.expectations + other.expectations)

    def parts(self) -> list[RowSuite]:
        """The suite in parts that look at a person's columns or at the others: apart, both have far fewer distinct rows than together."""
        parts: dict[str, RowSuite] = {}
        for name, sql in self.columns.items():
            person = next((name.removesuffix(ending) for ending in _IDENTITY if name.endswith(ending)), "")
            expected = [e for e in self.expectations if e.arguments.get("column") == name]
            parts[person] = parts.get(person, RowSuite({}, [])) | RowSuite({name: sql}, expected)
        return list(parts.values())


def identity(person: str) -> RowSuite:
    """Rule F017: a person is a pseudonym with a status, nothing else."""
    pseudonym, status = f"{person}_pseudonym", f"{person}_id_status"
    return RowSuite(
        {pseudonym: pseudonym, status: status},
        [
            Expect("F017", "expect_column_values_to_not_be_null", {"column": pseudonym}, "refuse_delivery", "Every row has a pseudonym"),
            Expect(
                "F017",
                "expect_column_values_to_match_regex",
                {"column": pseudonym, "regex": PSEUDONYM_PATTERN},
                "refuse_delivery",
                "A pseudonym is 32 hexadecimal digits",
            ),
            Expect(
                "F017",
                "expect_column_values_to_be_in_set",
                {"column": status, "value_set": list(STATUSES)},
                "refuse_delivery",
                "The status is one of the four",
            ),
        ],
    )


def second_identity(person: str) -> RowSuite:
    """Rule F017: a DUF number is a pseudonym where it is valid and nothing else where it is not, with a status."""
    pseudonym, status = f"{person}_duf_pseudonym", f"{person}_duf_status"
    without_status = f"{pseudonym}_without_valid_status"
    return RowSuite(
        {
            pseudonym: pseudonym,
            status: status,
            without_status: f"({pseudonym} IS NOT NULL) <> ({status} = 'valid')",
        },
        [
            Expect(
                "F017",
                "expect_column_values_to_match_regex",
                {"column": pseudonym, "regex": PSEUDONYM_PATTERN},
                "refuse_delivery",
                "A pseudonym is 32 hexadecimal digits",
            ),
            Expect(
                "F017",
                "expect_column_values_to_be_in_set",
                {"column": status, "value_set": list(STATUSES)},
                "refuse_delivery",
                "The status is one of the four",
            ),
            Expect(
                "F017",
                "expect_column_values_to_be_in_set",
                {"column": without_status, "value_set": [False]},
                "refuse_delivery",
                "A DUF number has a pseudonym where its status is valid, and only there",
            ),
        ],
    )


def begins_within_period(*dates: str) -> RowSuite:
    """Rule F019: what a snapshot holds has begun by the end of its period, and not before 1900."""
    columns, expectations = {}, []
    for date in dates:
        name = f"{date}_days_after_period"
        columns[name] = f"date_diff('day', period_end, {date})"
        expectations.append(
            Expect(
                "F019",
                "expect_column_values_to_be_between",
                {"column": name, "min_value": -73_000, "max_value": 0},
                "warn",
                f"{date} is not after the end of the period, and at most 200 years before it",
            )
        )
    return RowSuite(columns, expectations)


def born_within_period() -> RowSuite:
    """Rule F019: nobody is born after the year of the period, or more than 125 years before it."""
    return RowSuite(
        {"age_at_period_end": "year(period_end) - birth_year"},
        [
            Expect(
                "F019",
                "expect_column_values_to_be_between",
                {"column": "age_at_period_end", "min_value": 0, "max_value": 125},
                "warn",
                "birth_year is not after the year of the period, and at most 125 years before it",
            )
        ],
    )
