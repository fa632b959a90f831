"""Fields of a record as the conditions of controls see them.

Belongs here: the words that conditions are written in. Does not belong here: any condition.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.arrivals.contracts import FileContract
from orchestration.arrivals.rules import quoted, text, value

OSLO = "0301"


@dataclass(frozen=True)
class Record:
    """Fields of the layout of one year, by their names in the layout; ``limit`` is that of the control at hand."""

    contract: FileContract
    year: int
    limit: int | None = None

    def _name(self, field: str) -> str:
        kept, dropped = self.contract.layout_fields(self.year), self.contract.layout_fields(self.year, dropped=True)
        return (kept | dropped)[field].name

    def has(self, field: str) -> bool:
        """Whether the layout of the year has the field."""
        return any(f.name == field for f in self.contract.layouts[self.year].fields)

    def text(self, field: str) -> str:
        """Trimmed text of a field, NULL where it is empty."""
        return text(self._name(field))

    def value(self, field: str) -> str:
        """Typed value of a field, NULL where it is empty or cannot be read."""
        return value(self._name(field))

    def number(self, field: str) -> str:
        """Whole number of a field, 0 where it is empty or cannot be read."""
        return f"coalesce({self.value(field)}, 0)"

    def codes(self, field: str) -> tuple[str, ...]:
        """Codes of the layout."""
        return next(f.codes for f in self.contract.layouts[self.year].fields if f.name == field)

    def is_one_of(self, field: str, *codes: str) -> str:
        """True where the field holds one of the codes (of the layout where none is given), false where it is empty."""
        return f"coalesce({self.text(field)} IN ({quoted(codes or self.codes(field))}), false)"

    def is_none_of(self, field: str, *codes: str) -> str:
        """True where the field is empty or holds another code."""
        return f"NOT {self.is_one_of(field, *codes)}"

    def any_filled(self, fields: list[str]) -> str:
        """True where one of the fields holds a code of its list."""
        return "(" + " OR ".join(self.is_one_of(f) for f in fields if self.has(f)) + ")"

    def total(self, fields: list[str]) -> str:
        """Sum of whole numbers."""
        return " + ".join(self.number(f) for f in fields)

    @property
    def age(self) -> str:
        """Age in years at the end of the year, from digits 5 to 9 of the national id; NULL where they tell none."""
        number = self.text("PERSON_FODSELSNR")
        year, individual = (f"TRY_CAST(substr({number}, {at}, {length}) AS INTEGER)" for at, length in ((5, 2), (7, 3)))
        century = f"""CASE WHEN {individual} < 500 OR ({individual} >= 900 AND {year} >= 40) THEN 1900
            WHEN {year} < 40 THEN 2000 WHEN {individual} < 750 AND {year} >= 54 THEN 1800 END"""
        return f"CASE WHEN length({number}) = 11 THEN {self.year} - ({century} + {year}) END"
