"""How one file is read: from its header (delimited, StatBank), from the layout of its form and year, or through a mapping.

Belongs here: for each format the SQL from a line to text fields, the fields the row rules look at, and the SQL of the columns of raw.
Does not belong here: deciding whether the file is right (``checks``, ``rules``) and running any SQL (``staging``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from orchestration.arrivals.contracts import Contract, Field, FileContract
from orchestration.arrivals.rules import FIGURE, RowRule, quoted, text, value
from orchestration.mappings.cells import INSIDE, blank_sql
from orchestration.mappings.model import LookUp, MappedEntity, MappedFile
from orchestration.mappings.rows import LookUpRows, MappedRows
from orchestration.privacy.national_id import normalised_sql
from orchestration.sources import delimited, position_file, statbank
from orchestration.sources.records import BROKEN, BROKEN_REASON, BROKEN_RULE, SEPARATOR


@dataclass(frozen=True)
class Reading:
    """Files with the same reading are read together.

    ``text_sql`` turns ``source`` (file_no, line_number, line and more) into ``t_<field>`` columns and ``malformed``;
    ``outputs`` gives the SQL of each column of raw that is no pseudonym.
    """

    entity: str
    encoding: str
    header_count: int
    columns: tuple[str, ...] = ()
    layout_year: int | None = None
    delimiter: str = ""
    fields: tuple[Field, ...] = field(default=(), compare=False)
    outputs: dict[str, str] = field(default_factory=dict, compare=False)
    series: tuple[tuple[int, str], ...] = field(default=(), compare=False)
    contract: FileContract | None = field(default=None, compare=False)
    mapped: MappedRows | LookUpRows | None = None

    @property
    def looked_up(self) -> bool:
        """Whether rows of the file are only looked up."""
        return isinstance(self.mapped, LookUpRows)

    @property
    def kind_sql(self) -> str:
        """SQL of the kind of a line: header, blank or row."""
        blank = blank_sql(self.mapped.file) if self.mapped else "regexp_full_match(line, ' *')"
        return f"CASE WHEN line_number <= {self.header_count} THEN 'header' WHEN {blank} THEN 'blank' ELSE 'row' END"

    @property
    def file_columns(self) -> str:
        """What the rows of a file need to know of it."""
        held = ", file.held_years" if self.contract.year_held else ""
        if self.mapped:
            inside = f"(file_no, line_number) IN (SELECT (file_no, line_number) FROM {INSIDE}) AS {INSIDE}"
            return f"file.supplier, file.delivery_id, file.period_end, {inside}{held}"
        return "file.supplier" + (", file.file_name" if self.layout_year else "") + held

    @property
    def tells_deleted(self) -> bool:
        """Whether rows may tell that something is deleted."""
        return self.mapped is not None and self.mapped.entity.deleted is not None

    @property
    def kept(self) -> tuple[str, ...]:
        """Columns beside the fields that are needed after the row rules."""
        return ("excluded_by", "is_deleted") if self.mapped else ()

    @property
    def is_of_records(self) -> bool:
        """Whether lines are cells of a reader of records, without quotation marks."""
        return self.mapped is None and self.delimiter == SEPARATOR

    @property
    def cell_rules(self) -> list[RowRule]:
        """Rules on cells that a reader of records could not turn into text."""
        if not self.is_of_records:
            return []
        broken = quoted([BROKEN])
        return [RowRule(BROKEN_RULE, f.name, BROKEN_REASON, f"{text(f.name)} = {broken}") for f in self.fields]

    @property
    def grain(self) -> tuple[str, ...]:
        """Key of a line: the key of the entity as far as the line holds it."""
        names = {f.name for f in self.fields}
        return tuple(name for name in self.contract.grain if name in names)

    @property
    def identities(self) -> tuple[Field, ...]:
        """Fields that hold a national id or a DUF number."""
        return tuple(f for f in self.fields if f.is_identity)

    @property
    def needed(self) -> list[str]:
        """Columns that are needed after the row rules: key, ids, and what the columns of raw are made of."""
        used = " ".join([*self.outputs.values(), *(cell for _, cell in self.series)])
        keys = [value(name) for name in self.grain] + [text(f.name) for f in self.identities]
        columns = [column for f in self.fields for column in (text(f.name), value(f.name))]
        return [column for column in columns if column in keys or column in used]

    def text_sql(self, source: str) -> str:
        """SELECT of the text fields."""
        if self.mapped:
            return self.mapped.text_sql(source)
        if self.layout_year:
            kept, dropped = (self.contract.layout_fields(self.layout_year, dropped=dropped) for dropped in (False, True))
            names = {name: f"t_{f.name}" for name, f in (kept | dropped).items()}
            cut = position_file.fields_sql(self.contract.layouts[self.layout_year], names, "line", source)
            return f"SELECT *, false AS malformed FROM ({cut})"
        if self.series:
            header = statbank.Header(self.delimiter, self.columns)
            fields = statbank.columns_sql(header, "fields")
        else:
            fields = {name: delimited.field_sql("fields", i) for i, name in enumerate(self.columns, 1)}
        for identity in self.identities:
            fields[identity.name] = normalised_sql(fields[identity.name])
        split = delimited.split_sql("line", self.delimiter)
        if self.is_of_records:
            split = f"list_transform(string_split(line, {quoted([SEPARATOR])}), lambda field: trim(field))"
        cut = f"SELECT * EXCLUDE (line), {split} AS fields FROM {source}"
        texts = ", ".join(f"{sql} AS {text(name)}" for name, sql in fields.items())
        return f"SELECT * EXCLUDE (fields), coalesce(len(fields), 0) <> {len(self.columns)} AS malformed, {texts} FROM ({cut})"


def delimited_reading(contract: Contract, file: FileContract, columns: tuple[str, ...]) -> Reading:
    """Reading of a delimited file whose header has these columns, in this order; optional ones may be missing."""
    outputs = {}
    fields = tuple(f for f in file.fields if f.name in columns)
    for f in fields:
        if f.pii == "address":
            outputs[f.name] = f"CASE WHEN {value('is_secret_address')} THEN NULL ELSE {value(f.name)} END"
        elif not f.is_identity:
            outputs[f.name] = value(f.name)
    outputs |= {f.identity_columns[1]: "'missing'" for f in file.fields if f.is_identity and f not in fields}
    return Reading(
        entity=file.entity,
        encoding=contract.format["encoding"],
        header_count=1,
        columns=columns,
        delimiter=contract.format["delimiter"],
        fields=fields,
        outputs=outputs,
        contract=file,
    )


def answer_reading(file: FileContract, columns: tuple[str, ...]) -> Reading:
    """Reading of an answer of an interface, whose reader gives these columns."""
    return Reading(
        entity=file.entity,
        encoding="utf-8",
        header_count=0,
        columns=columns,
        delimiter=SEPARATOR,
        fields=file.fields,
        outputs={f.name: value(f.name) for f in file.fields},
        contract=file,
    )


def position_reading(contract: Contract, file: FileContract, year: int) -> Reading:
    """Reading of a position file of that year."""
    fields = file.layout_fields(year).values()
    outputs = {f.name: value(f.name) for f in fields if not f.pii}
    outputs |= {f.becomes: f"year({value(f.name)})" for f in fields if f.pii == "year"}
    return Reading(
        entity=file.entity,
        encoding=contract.format["encoding"],
        header_count=0,
        layout_year=year,
        fields=tuple(fields),
        outputs=outputs | {"layout_year": str(year)},
        contract=file,
    )


def statbank_reading(file: FileContract, header: statbank.Header, encoding: str) -> Reading:
    """Reading of a StatBank file: the fields of the contract that a line holds once, and one figure for each year."""
    by_name = {f.name: f for f in file.fields}
    figures = [replace(by_name["persons"], name=f"cell_{year}", type=FIGURE, min=None) for year in header.years]
    return Reading(
        entity=file.entity,
        encoding=encoding,
        header_count=1,
        columns=header.columns,
        delimiter=header.delimiter,
        fields=(by_name["municipality_code"], by_name["age"], *figures),
        outputs={
            "municipality_code": value("municipality_code"),
            "age": value("age"),
            "year": "cell.year",
            "persons": "TRY_CAST(cell.text AS INTEGER)",
            "symbol": "CASE WHEN TRY_CAST(cell.text AS INTEGER) IS NULL THEN cell.text END",
        },
        series=tuple((year, text(f"cell_{year}")) for year in header.years),
        contract=file,
    )


def mapped_reading(
    file: FileContract,
    mapped_file: MappedFile,
    entity: MappedEntity,
    columns: tuple[str, ...],
    lookup_files: tuple[MappedFile, ...],
    encoding: str,
) -> Reading:
    """Reading of a supplier's own file with these columns, through a mapping: the fields of the contract that it fills."""
    rows = MappedRows(mapped_file, entity, columns, lookup_files, file)
    filled = {f.name for f in rows.fields}
    return Reading(
        entity=file.entity,
        encoding=encoding,
        header_count=mapped_file.header_count,
        columns=columns,
        fields=rows.fields,
        outputs=rows.outputs() | {f.identity_columns[1]: "'missing'" for f in file.fields if f.is_identity and f.name not in filled},
        contract=file,
        mapped=rows,
    )


def lookup_reading(
    file: FileContract,
    mapped_file: MappedFile,
    entity: MappedEntity,
    columns: tuple[str, ...],
    lookups: tuple[LookUp, ...],
    encoding: str,
) -> Reading:
    """Reading of a file that rows of an entity are looked up in."""
    rows = LookUpRows(mapped_file, entity, columns, lookups)
    return Reading(
        entity=file.entity, encoding=encoding, header_count=mapped_file.header_count, columns=columns, contract=file, mapped=rows
    )
