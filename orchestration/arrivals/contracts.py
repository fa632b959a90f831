"""Delivery contracts as typed objects: the one reader of ``contracts/*.yml``.

Belongs here: the form of a contract. Does not belong here: checking a file against it (``gate``).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from orchestration.settings import PROJECT_ROOT
from orchestration.sources.position_file import Layout, read_layouts

# Endings of the two columns that the number of a person becomes, by the kind of number.
IDENTITY_COLUMNS = {"national_id": ("_pseudonym", "_id_status"), "duf": ("_duf_pseudonym", "_duf_status")}
IS_DELETED = "is_deleted"
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_LAYOUT_TYPES = {"INTEGER_TYPE": "integer", "DATE_TYPE": "date"}


@dataclass(frozen=True)
class Field:
    """A field as delivered. ``type`` is text, integer, date (as ``date_pattern``), boolean (0/1) or decimal(p,s).

    ``pii`` says what a field tells about a person: ``national_id`` or ``duf`` (become pseudonyms), ``address`` (masked where it is
    secret) or ``year`` (only the year of the date is kept, under the name ``becomes``). ``width`` is that of a position file.
    ``code_list`` names the labels of the codes where the list is not named like the field; ``example`` is made up.
    An ``optional`` column came after the first deliveries of this version and may be left out.
    """

    name: str
    type: str
    nb: str
    description: str
    required: bool = False
    pattern: str | None = None
    codes: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    pii: str | None = None
    becomes: str | None = None
    date_pattern: str = "yyyy-MM-dd"
    width: int | None = None
    code_list: str | None = None
    unit: str | None = None
    example: str | None = None
    optional: bool = False

    @property
    def is_identity(self) -> bool:
        """Whether the field holds a number of a person, which becomes a pseudonym."""
        return self.pii in IDENTITY_COLUMNS

    @property
    def identity_columns(self) -> tuple[str, str]:
        """Columns of raw that the number of a person becomes: pseudonym and status."""
        pseudonym, status = IDENTITY_COLUMNS[self.pii]
        return f"{self.becomes}{pseudonym}", f"{self.becomes}{status}"

    @property
    def may_hold_id(self) -> bool:
        """Whether somebody could write a national id here though none is asked for."""
        return self.type == "text" and not self.is_identity and not self.codes and not self.pattern and (self.width or 11) >= 11

    @property
    def sql_type(self) -> str:
        """Type of the column in raw."""
        if decimal := _DECIMAL.fullmatch(self.type):
            return f"DECIMAL({decimal[1]},{decimal[2]})"
        return {"text": "VARCHAR", "integer": "INTEGER", "date": "DATE", "boolean": "BOOLEAN"}[self.type]


@dataclass(frozen=True)
class Order:
    """``not_before`` must not lie before ``than`` (rule R008)."""

    not_before: str
    than: str


@dataclass(frozen=True)
class Listed:
    """``field`` must stand in the first column of a seed (rule R005), in a ``year`` from its ``first`` to its ``last`` (rule R032).

    ``entries`` are the codes of the seed with their first and last year, where they have one.
    """

    field: str
    seed: str
    year: str
    first: str
    last: str

    @property
    def entries(self) -> dict[str, tuple[int | None, int | None]]:
        """Codes with their first and last year."""
        return _seed_entries(self.seed, self.first, self.last)


@cache
def _seed_entries(seed: str, first: str, last: str) -> dict[str, tuple[int | None, int | None]]:
    with (PROJECT_ROOT / "seeds" / seed).open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        key = rows.fieldnames[0]
        return {row[key]: (int(row[first]) if row[first] else None, int(row[last]) if row[last] else None) for row in rows}


@dataclass(frozen=True)
class FileContract:
    """One file of a source: its entity, key and fields. An ``optional`` file may be left out of a delivery.

    ``order`` are dates that follow each other, ``either`` fields of which a row must fill at least one (rule R031), ``listed`` fields whose
    codes stand in a seed. ``year_held`` is the field whose year must be one that the delivery can tell of (rule R033).
    ``tells_deleted``: a mapping may bring changes only, so that a row of raw can say that its key is deleted.
    """

    source: str
    entity: str
    title_nb: str
    grain: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    order: tuple[Order, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()
    listed: tuple[Listed, ...] = ()
    year_held: str | None = None
    file: str | None = None
    file_pattern: str | None = None
    optional: bool = False
    tells_deleted: bool = False
    pii: dict = field(default_factory=dict, hash=False)
    rename: dict = field(default_factory=dict, hash=False)
    layouts: dict[int, Layout] = field(default_factory=dict, hash=False)

    @property
    def relation(self) -> str:
        """Name in DuckDB's ``raw`` schema: ``<source>__<entity>``."""
        return f"{self.source}__{self.entity}"

    def is_named(self, name: str) -> bool:
        """Whether a file of that name holds this entity."""
        return name == self.file or bool(self.file_pattern and re.fullmatch(self.file_pattern, name))

    @property
    def names(self) -> str:
        """The names that a file of the entity may have."""
        return " or ".join(filter(None, (self.file, self.file_pattern)))

    def raw_columns(self) -> list[tuple[str, str]]:
        """Columns of raw with their types: delivery_id, line_number, then the fields.

        A national id ``x_national_id`` with ``becomes: x`` turns into ``x_pseudonym`` and ``x_id_status``, a DUF number ``x_duf`` into
        ``x_duf_pseudonym`` and ``x_duf_status``.
        A fixed-width file has its key first, then every field of any of its layouts that does not identify a person.
        """
        columns = [("delivery_id", "VARCHAR"), ("line_number", "BIGINT")]
        if self.layouts:
            return columns + self._layout_columns()
        for f in self.fields:
            if f.is_identity:
                columns += [(name, "VARCHAR") for name in f.identity_columns]
            else:
                columns.append((f.name, f.sql_type))
        return columns + ([(IS_DELETED, "BOOLEAN")] if self.tells_deleted else [])

    def layout_fields(self, year: int, dropped: bool = False) -> dict[str, Field]:
        """Fields of a record of that year, by their name in the layout; those that are dropped only where they are asked for.

        A district (``BYDELSNR``) is marked as mandatory in some years, but only the capital has them.
        """
        fields = {}
        for f in self.layouts[year].fields:
            treatment = self.pii.get(f.name)
            if (treatment == "drop") != dropped:
                continue
            name, pii, becomes = self.rename.get(f.name, f.name.lower()), None, None
            if treatment and not dropped:
                (pii, becomes) = next(iter(treatment.items()))
            if pii in IDENTITY_COLUMNS:
                name = f"{becomes}_{pii}"
            fields[f.name] = Field(
                name=name,
                type=_LAYOUT_TYPES.get(f.data_type, "text"),
                nb=f.name,
                description=f.name,
                required=f.mandatory and f.name != "BYDELSNR" and " " not in f.codes,
                pattern=f"{year % 100:02d}" if f.name == "VERSION" else None,
                codes=f.codes,
                pii=pii,
                becomes=becomes,
                date_pattern=f.date_pattern,
                width=f.last - f.first + 1,
            )
        return fields

    def _layout_columns(self) -> list[tuple[str, str]]:
        columns = [("layout_year", "INTEGER"), *((name, "VARCHAR") for name in self.rename.values())]
        for treatment in self.pii.values():
            if isinstance(treatment, dict):
                columns += [
                    (f"{person}{ending}", "VARCHAR") for kind, person in treatment.items() for ending in IDENTITY_COLUMNS.get(kind, ())
                ]
        columns += [(t["year"], "INTEGER") for t in self.pii.values() if isinstance(t, dict) and "year" in t]
        types = {f.name: f.data_type for _, layout in sorted(self.layouts.items(), reverse=True) for f in layout.fields}
        columns += [
            (name.lower(), {"INTEGER_TYPE": "INTEGER", "DATE_TYPE": "DATE"}.get(kind, "VARCHAR"))
            for name, kind in types.items()
            if name not in self.pii and name not in self.rename
        ]
        return columns


@dataclass(frozen=True)
class Contract:
    """Everything agreed about one source. ``period`` says what a delivery must hold."""

    source: str
    version: int
    title_nb: str
    supplier: str | tuple[str, ...]
    format: dict = field(hash=False)
    files: tuple[FileContract, ...] = ()
    period: str = ""

    def file(self, entity: str) -> FileContract:
        """The file that holds an entity."""
        return next(f for f in self.files if f.entity == entity)


def _file(source: str, body: dict, form: dict, tells_deleted: bool) -> FileContract:
    layouts = {}
    if form["kind"] == "fixed_width":
        layouts = read_layouts(PROJECT_ROOT / form["layout"], form["form"], tuple(form["years"]), form.get("layout_year"))
    fields = tuple(Field(**{**f, "codes": tuple(str(c) for c in f.get("codes", ())), "type": f["type"]}) for f in body.get("fields", []))
    return FileContract(
        source=source,
        entity=body["entity"],
        title_nb=body["title_nb"],
        grain=tuple(body["grain"]),
        fields=fields,
        order=tuple(Order(**o) for o in body.get("order", [])),
        either=tuple(tuple(names) for names in body.get("either", [])),
        listed=tuple(Listed(**entry) for entry in body.get("listed", [])),
        year_held=body.get("year_held"),
        file=body.get("file"),
        file_pattern=body.get("file_pattern"),
        optional=body.get("optional", False),
        tells_deleted=tells_deleted and bool(body["grain"]),
        pii=body.get("pii", {}),
        rename=body.get("rename", {}),
        layouts=layouts,
    )


CONTRACTS = PROJECT_ROOT / "contracts"


@cache
def load_contracts(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """All contracts by source, the newest version of each."""
    contracts: dict[str, Contract] = {}
    for path in sorted(folder.glob("*.yml")):
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        supplier = body["supplier"]
        contract = Contract(
            source=body["source"],
            version=body["version"],
            title_nb=body["title_nb"],
            supplier=tuple(supplier) if isinstance(supplier, list) else supplier,
            format=body["format"],
            files=tuple(
                _file(body["source"], f, body["format"], body["format"]["kind"] == "delimited" and supplier == "municipality")
                for f in body["files"]
            ),
            period=body.get("period", ""),
        )
        if contract.source not in contracts or contracts[contract.source].version < contract.version:
            contracts[contract.source] = contract
    return contracts
