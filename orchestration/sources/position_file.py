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
_CHUNK = 8  # fields cut together: a short cut out of a chunk is cheaper than one far into the record


@dataclass(frozen=True)
class PositionField:
    """A field of a record: 1-based positions, both inclusive."""

    name: str
    first: int
    last: int
    data_type: str
    date_pattern: str
    mandatory: bool
    codes: tuple[str, ...]


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
def read_layouts(folder: Path, form: str, years: tuple[int, ...], layout_year: int | None = None) -> dict[int, Layout]:
    """Layouts of a form by year, from the two CSV files of the reference folder.

    ``layout_year`` is given for a form whose record is the same in all years and is described for one of them.
    """
    if layout_year:
        (one,) = read_layouts(folder, form, (layout_year,)).values()
        return {year: Layout(form, year, one.fields) for year in years}
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
                        date_pattern=row["date_pattern"],
                        mandatory=row["mandatory"] == "True",
                        codes=tuple(codes.get((row["year"], row["field"]), ())),
                    )
                )
    return {year: Layout(form, year, tuple(sorted(found, key=lambda f: f.first))) for year, found in fields.items()}


def fields_sql(layout: Layout, names: dict[str, str], line: str, source: str) -> str:
    """SELECT of every field as trimmed text, empty as NULL, under ``names[field]``, beside the other columns of ``source``.

    A record is cut in two steps: into chunks of neighbouring fields, then each chunk into its fields.
    """
    chunks = [layout.fields[i : i + _CHUNK] for i in range(0, len(layout.fields), _CHUNK)]
    first_cut = [f"substring({line}, {c[0].first}, {c[-1].last - c[0].first + 1}) AS chunk_{i}" for i, c in enumerate(chunks)]
    second_cut = [
        f"nullif(trim(substring(chunk_{i}, {f.first - c[0].first + 1}, {f.last - f.first + 1})), '') AS \"{names[f.name]}\""
        for i, c in enumerate(chunks)
        for f in c
        if f.name in names
    ]
    hidden = ", ".join(f"chunk_{i}" for i in range(len(chunks)))
    return f"SELECT * EXCLUDE ({line}, {hidden}), {', '.join(second_cut)} FROM (SELECT *, {', '.join(first_cut)} FROM {source})"
