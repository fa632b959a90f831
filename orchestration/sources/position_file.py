"""KOSTRA position files: one record layout per form and year.

Belongs here: reading the layouts, and the SQL that cuts a record into its fields.
Does not belong here: which of the fields identify a person (the contract says that) and what a rule is (``arrivals.rules``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LAYOUTS = "kostra_file_layouts.csv"
_CODES = "kostra_file_codelists.csv"
_CHUNK = 8  # fields cut together: two short cuts are cheaper than one long one


@dataclass(frozen=True)
class PositionField:
    """A field of a record: 1-based positions, both inclusive."""

    name: str
    first: int
    last: int
    data_type: str
    mandatory: bool
    date_pattern: str
    codes: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Layout:
    """The record of one form in one year."""

    form: str
    year: int
    fields: tuple[PositionField, ...]

    @property
    def record_length(self) -> int:
        """Number of characters in every record."""
        return self.fields[-1].last


@cache
def read_layouts(folder: Path, form: str, years: tuple[int, ...]) -> dict[int, Layout]:
    """Layouts of a form by year, from the two CSV files of the reference folder."""
    codes: dict[tuple[str, str], list[str]] = {}
    with (folder / _CODES).open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["form"] == form:
                codes.setdefault((row["year"], row["field"]), []).append(row["code"])
    fields: dict[int, list[PositionField]] = {year: [] for year in years}
    with (folder / _LAYOUTS).open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["form"] == form and int(row["year"]) in fields:
                fields[int(row["year"])].append(
                    PositionField(
                        name=row["field"],
                        first=int(row["from_pos"]),
                        last=int(row["to_pos"]),
                        data_type=row["data_type"],
                        mandatory=row["mandatory"] == "True",
                        date_pattern=row["date_pattern"],
                        codes=tuple(codes.get((row["year"], row["field"]), ())),
                        description=row["description"],
                    )
                )
    return {year: Layout(form, year, tuple(sorted(found, key=lambda f: f.first))) for year, found in fields.items()}
