"""A mapping file as typed objects: how a supplier's own extract becomes rows of a contract.

Belongs here: the form of a mapping. Does not belong here: reading and checking the file (``load``), and the SQL it turns into (``cells``,
``conversion``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orchestration.mappings.expressions import matches_whole

MAPPING_FILE = "mapping.yml"
FILL_IN = "FILL_IN"  # what a draft says where somebody has to decide
TEXT_FORMATS = ("csv", "fixed_width")
STRUCTURED_FORMATS = ("excel", "json", "parquet")
CELL_DATES = ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")  # how dates that are no text come from workbooks, JSON and Parquet


@dataclass(frozen=True)
class Period:
    """Where the day of the snapshot stands in a file's name: the group ``end`` of ``pattern``, written as ``format``."""

    pattern: str
    format: str


@dataclass(frozen=True)
class Position:
    """A column of a fixed-width file: 1-based positions, both inclusive."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class MappedFile:
    """A file as the supplier writes it. ``pattern`` is held against the whole file name."""

    name: str
    pattern: str
    format: str = "csv"
    several: bool = False
    encoding: str = "utf-8"
    delimiter: str = ";"
    quote: str | None = '"'
    header_row: int = 1
    header_rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()
    short_lines: bool = False
    sheet: str | int | None = None
    records: str | None = None
    decimal: str = "."
    thousands: str | None = None
    dates: tuple[str, ...] = ("yyyy-MM-dd",)
    century_from: int | None = None
    empty: tuple[str, ...] = ("",)

    @property
    def is_structured(self) -> bool:
        """Whether cells come from a reader of records, not from lines of text."""
        return self.format in STRUCTURED_FORMATS

    @property
    def header_count(self) -> int:
        """Lines of a text file that stand above the first row of data."""
        if self.format == "fixed_width":
            return self.header_row
        return max(self.header_rows, default=self.header_row)

    def is_named(self, name: str) -> bool:
        """Whether a delivered file of that name is this file."""
        return matches_whole(self.pattern, name)


def are_parts(files: Sequence[MappedFile]) -> bool:
    """Whether files that one name fits are different tables in it: sheets of a workbook, or lists of records of a page."""
    return len({f.format for f in files}) == 1 and files[0].is_structured and len({(f.sheet, f.records) for f in files}) == len(files)


@dataclass(frozen=True)
class Condition:
    """True for a row whose ``column`` has one of the values, matches the expression as a whole, or is empty (or not)."""

    column: str
    values: tuple[str, ...] = ()
    matches: str | None = None
    empty: bool | None = None


@dataclass(frozen=True)
class RowFilter:
    """Rows that are read and not counted: all of ``where`` hold, and not all of ``unless``."""

    name: str
    why: str
    where: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class LookUp:
    """Columns of another file beside those of a row: ``key`` pairs a column here with one there. ``optional``: a key may find nothing."""

    name: str
    file: str
    key: tuple[tuple[str, str], ...]
    optional: bool = False


@dataclass(frozen=True)
class MappedField:
    """Where the value of a contract field comes from, and what is done to it, in the order of the attributes below the source.

    The source is one of ``column``, ``join``, ``first_of``, ``constant`` and ``period_end``.
    """

    name: str
    column: str | None = None
    join: tuple[str, ...] = ()
    first_of: tuple[str, ...] = ()
    constant: str | None = None
    period_end: bool = False
    separator: str = " "  # the key ``with`` of a join
    pad: tuple[int, ...] = ()
    capture: str | None = None
    part: int | None = None
    of: str | None = None
    otherwise: str | None = None
    values: tuple[tuple[str, str], ...] | None = None
    dates: tuple[str, ...] = ()
    decimal: str | None = None
    multiply: Decimal | None = None
    divide: Decimal | None = None
    add: Decimal | None = None
    round: bool = False
    when_empty: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the supplier that the field is made of."""
        return (self.column,) if self.column else self.join or self.first_of


@dataclass(frozen=True)
class MappedEntity:
    """How one entity of the contract is filled from one file, with the files it looks things up in."""

    entity: str
    file: str
    fields: tuple[MappedField, ...]
    lookups: tuple[LookUp, ...] = ()
    exclude: tuple[RowFilter, ...] = ()
    deleted: Condition | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is used, each once; one of a look-up is written ``<look-up>.<column>``."""
        conditions = [c for f in self.exclude for c in (*f.where, *f.unless)] + ([self.deleted] if self.deleted else [])
        names = [c for f in self.fields for c in f.columns] + [c.column for c in conditions]
        names += [ours for lookup in self.lookups for ours, _ in lookup.key]
        return tuple(dict.fromkeys(names))

    def lookup_of(self, column: str) -> LookUp | None:
        """The look-up that a column belongs to, ``None`` for a column of the file itself."""
        head, dot, _ = column.partition(".")
        return next((k for k in self.lookups if dot and k.name == head), None)

    def own_columns(self) -> tuple[str, ...]:
        """Used columns of the file itself."""
        return tuple(c for c in self.columns if self.lookup_of(c) is None)

    def lookup_columns(self, lookup: LookUp) -> tuple[str, ...]:
        """Used columns of a look-up's file, without the look-up's name: its key first."""
        used = [c.partition(".")[2] for c in self.columns if self.lookup_of(c) == lookup]
        return tuple(dict.fromkeys([*(theirs for _, theirs in lookup.key), *used]))


@dataclass(frozen=True)
class Placement:
    """Where a local group stands in a national scheme, and how sure that is. ``code`` is empty where certainty is not ``exact``."""

    scheme: str
    code: str | None
    certainty: str


@dataclass(frozen=True)
class LocalGroup:
    """A target group in the supplier's own words."""

    code: str
    label: str
    placements: tuple[Placement, ...]
    valid_from: dt.date
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class Mapping:
    """One extract of one supplier or system. ``municipality`` is ``None`` for a mapping that serves several."""

    extract: str
    title: str
    source: str
    contract_version: int
    files: tuple[MappedFile, ...]
    entities: tuple[MappedEntity, ...]
    municipality: str | None = None
    deletions: str = "full_snapshot"
    period: Period | None = None
    target_groups: tuple[LocalGroup, ...] = ()

    def file(self, name: str) -> MappedFile:
        """The file of that name in the mapping."""
        return next(f for f in self.files if f.name == name)

    def entity(self, name: str) -> MappedEntity:
        """How that entity is filled."""
        return next(e for e in self.entities if e.entity == name)
