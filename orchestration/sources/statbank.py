"""Tables saved from StatBank: one line per region and age, one column per year.

Belongs here: how the header, the regions, the ages and the symbols are written. Does not belong here: what the figures mean.

The files come with tabs, quotation marks and ISO 8859-1, or with commas and UTF-8: the header tells the delimiter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.sources.delimited import field_sql, split_header

LABELS = ("region", "age")
SYMBOLS = (".", "..", "...", ":", "-")
_PERSONS = re.compile(r"Persons (\d{4})")


@dataclass(frozen=True)
class Header:
    """How a StatBank file is cut: its delimiter, its label columns and its years, in order."""

    delimiter: str
    columns: tuple[str, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the columns with figures."""
        return tuple(int(m[1]) for c in self.columns if (m := _PERSONS.fullmatch(c)))

    def missing(self) -> list[str]:
        """Columns that should be there."""
        absent = [label for label in LABELS if label not in self.columns]
        return absent if self.years else [*absent, "Persons <year>"]

    def unknown(self) -> list[int]:
        """Positions (1-based) of columns that should not be there."""
        return [i for i, c in enumerate(self.columns, 1) if c not in LABELS and not _PERSONS.fullmatch(c)]


def read_header(line: str) -> Header | None:
    """The header, ``None`` where its quotation marks do not match."""
    delimiter = "\t" if "\t" in line else ","
    columns = split_header(line, delimiter)
    return Header(delimiter, tuple(columns)) if columns else None


def columns_sql(header: Header, fields: str) -> dict[str, str]:
    """SQL of the text of each column, under the names of the contract; ``cell_<year>`` holds a figure or a symbol."""
    position = {name: i for i, name in enumerate(header.columns, 1)}
    region, age = (field_sql(fields, position[label]) for label in LABELS)
    columns = {
        "municipality_code": f"nullif(split_part({region}, ' ', 1), '')",
        "age": f"coalesce(nullif(regexp_extract({age}, '^([0-9]+) years?( or older)?$', 1), ''), {age})",
    }
    return columns | {f"cell_{year}": field_sql(fields, position[f"Persons {year}"]) for year in header.years}
