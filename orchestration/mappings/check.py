"""Does a mapping fit its contract and itself? What no schema can tell, with the line and what would be right.

Belongs here: checks of a mapping on its own. Does not belong here: the form of the file (``load``), and files of a delivery (``arrivals``).
"""

from __future__ import annotations

import csv
import re
from functools import cache

from orchestration.arrivals.contracts import Contract, FileContract, load_contracts
from orchestration.mappings.check_fields import check_field
from orchestration.mappings.dates import EXCEL, read_form
from orchestration.mappings.document import Document, did_you_mean
from orchestration.mappings.expressions import problem
from orchestration.mappings.model import MAPPING_FILE, Condition, LocalGroup, MappedEntity, MappedFile, Mapping
from orchestration.settings import PROJECT_ROOT

SUPPLIER_FIELD = "municipality_code"  # filled with the supplier of the delivery where a mapping does not name it
_ONLY_FOR = {
    "encoding": ("csv", "fixed_width", "json"),
    "delimiter": ("csv",),
    "quote": ("csv",),
    "header_row": ("csv", "fixed_width", "excel"),
    "header_rows": ("excel",),
    "columns": ("csv", "fixed_width", "excel"),
    "short_lines": ("fixed_width",),
    "sheet": ("excel",),
    "records": ("json",),
}


def check_mapping(mapping: Mapping, document: Document) -> None:
    """Write every mistake into the document."""
    _check_name(mapping, document)
    for file in mapping.files:
        _check_file(file, document)
    used = {e.file for e in mapping.entities} | {k.file for e in mapping.entities for k in e.lookups}
    for file in mapping.files:
        if file.name not in used:
            document.wrong(("files", file.name), "no entity uses this file; take it out, or name it in an entity or look-up")
    contract = _contract(mapping, document)
    for entity in mapping.entities:
        known = {f.entity: f for f in contract.files} if contract else {}
        if contract and entity.entity not in known:
            document.wrong(
                ("entities", entity.entity), f"the contract {contract.source} has no such entity; {did_you_mean(entity.entity, known)}"
            )
        _check_entity(mapping, entity, known.get(entity.entity), document)
    for group in mapping.target_groups:
        _check_group(group, document)


def _check_name(mapping: Mapping, document: Document) -> None:
    path = document.path
    if path.name != MAPPING_FILE:
        if path.stem != mapping.extract:
            document.wrong(("extract",), f"it must be the name of the file without .yml ({path.stem})")
        folder = path.absolute().parent.name
        if re.fullmatch(r"[0-9]{4}", folder) and mapping.municipality != folder:
            document.wrong(("municipality",), f'it must be the code that the folder is named after ("{folder}")')
    if mapping.period:
        groups = _groups(mapping.period.pattern)
        if groups is None or "end" not in groups:
            document.wrong(("period", "pattern"), "it must be a regular expression with a group (?P<end>...)")
        if read_form(mapping.period.format) is None:
            document.wrong(("period", "format"), "it must be the form of a date, such as yyyy-MM-dd")


def _groups(pattern: str) -> dict[str, int] | None:
    try:
        return re.compile(pattern).groupindex
    except re.error:
        return None


def _contract(mapping: Mapping, document: Document) -> Contract | None:
    contracts = load_contracts()
    contract = contracts.get(mapping.source)
    if contract is None:
        document.wrong(("source",), f"there is no contract {mapping.source}; {did_you_mean(mapping.source, contracts)}")
        return None
    if contract.version != mapping.contract_version:
        document.wrong(("contract_version",), f"the contract {mapping.source} has version {contract.version}")
    if contract.format["kind"] != "delimited":
        document.wrong(("source",), f"files of {mapping.source} have a form of their own and are delivered as they are, without a mapping")
        return None
    if contract.supplier != "municipality" and mapping.municipality:
        document.wrong(("municipality",), f"{mapping.source} is not delivered by municipalities; take the key out")
    return contract


def _check_file(file: MappedFile, document: Document) -> None:
    place = ("files", file.name)
    if error := problem(file.pattern):
        document.wrong((*place, "pattern"), f"{error}; write a point in a name as \\. and put the text in single quotation marks")
    for key in document.data["files"][file.name]:
        if file.format not in _ONLY_FOR.get(key, (file.format,)):
            document.wrong((*place, key), f"this key is for {' and '.join(_ONLY_FOR[key])}, not for {file.format}")
    if file.format == "fixed_width":
        if not file.positions or file.columns:
            document.wrong((*place, "columns"), "fixed_width needs columns as a list of {name: ..., from: ..., to: ...}")
        for i, position in enumerate(file.positions):
            if position.first > position.last:
                document.wrong((*place, "columns", i), "from must not lie after to")
    elif file.positions:
        document.wrong((*place, "columns"), f"{file.format} needs columns as a list of names; positions are for fixed_width")
    elif file.format in ("csv", "excel") and not file.header_rows and (file.header_row == 0) != bool(file.columns):
        key = "columns" if file.columns else "header_row"
        document.wrong((*place, key), "columns are named where header_row is 0, and only there: else the file names them")
    names = [p.name for p in file.positions] or list(file.columns)
    for name in sorted({n for n in names if names.count(n) > 1}):
        document.wrong((*place, "columns"), f"the column {name} stands more than once")
    if file.thousands == file.decimal:
        document.wrong((*place, "thousands"), "it must be another sign than the decimal sign")
    check_dates(file.dates, file, (*place, "dates"), document)


def check_dates(forms: tuple[str, ...], file: MappedFile, place: tuple[str, ...], document: Document) -> None:
    """Forms of dates can be read, and a two-digit year has a century."""
    for form in forms:
        read = None if form == EXCEL else read_form(form)
        if read is None and form != EXCEL:
            document.wrong(place, f"'{form}' is no form of a date; write it with yyyy or yy, MM or M, dd or d, as dd.MM.yyyy (or excel)")
        elif read and read.has_two_digit_year and file.century_from is None:
            document.wrong(place, f"'{form}' has a two-digit year: the file needs century_from (30: years 30-99 are 19xx)")


def _known_columns(file: MappedFile) -> tuple[str, ...]:
    """Columns that the mapping itself names; none where the file does."""
    return file.columns or tuple(p.name for p in file.positions)


def _check_entity(mapping: Mapping, entity: MappedEntity, contract: FileContract | None, document: Document) -> None:
    place = ("entities", entity.entity)
    files = {f.name: f for f in mapping.files}
    if entity.file not in files:
        document.wrong((*place, "file"), f"there is no file {entity.file} under files; {did_you_mean(entity.file, files)}")
        return
    for number, lookup in enumerate(entity.lookups):
        at = (*place, "lookups", lookup.name)
        if lookup.file not in files:
            document.wrong((*at, "file"), f"there is no file {lookup.file} under files; {did_you_mean(lookup.file, files)}")
            return
        if lookup.file == entity.file:
            document.wrong((*at, "file"), "a file is not looked up in itself")
        _check_columns(files[lookup.file], [theirs for _, theirs in lookup.key], (*at, "key"), document)
        if any(entity.lookup_of(ours) in entity.lookups[number:] for ours, _ in lookup.key):
            document.wrong((*at, "key"), "the columns here must be those of the file itself, or of a look-up that stands above")
        used = [c.partition(".")[2] for c in entity.columns if entity.lookup_of(c) == lookup]
        _check_columns(files[lookup.file], used, at, document)
        if not used:
            document.wrong(at, f"no field uses a column of this look-up; write one as {lookup.name}.<column>")
    _check_columns(files[entity.file], entity.own_columns(), place, document)
    _check_filters(entity, document)
    if (mapping.deletions == "changes") != (entity.deleted is not None):
        if entity.deleted:
            document.wrong((*place, "deleted"), "this key is for deletions: changes; in a full snapshot what is not there is gone")
        else:
            document.wrong(place, "deletions: changes needs the key deleted, which says how a deleted row is told")
    if contract and mapping.deletions == "changes" and not contract.tells_deleted:
        document.wrong(("deletions",), f"{contract.entity} cannot come as changes: its rows have no key, or no municipality delivers them")
    if contract:
        _check_filled(entity, contract, document)
        for field in entity.fields:
            check_field(field, files[entity.file], contract, document, (*place, "fields", field.name))
            check_dates(field.dates, files[entity.file], (*place, "fields", field.name, "dates"), document)


def _check_columns(file: MappedFile, columns: list[str] | tuple[str, ...], place: tuple[str, ...], document: Document) -> None:
    known = _known_columns(file)
    for column in columns if known else ():
        if column not in known:
            document.wrong(place, f"the file {file.name} has no column {column}; {did_you_mean(column, known)}")


def _check_filters(entity: MappedEntity, document: Document) -> None:
    place = ("entities", entity.entity)
    names = [f.name for f in entity.exclude]
    for i, row_filter in enumerate(entity.exclude):
        at = (*place, "exclude", i)
        if not row_filter.where and not row_filter.unless:
            document.wrong(at, "a filter needs where or unless")
        if names.index(row_filter.name) != i:
            document.wrong((*at, "name"), "another filter has this name")
        for condition in (*row_filter.where, *row_filter.unless):
            _check_condition(condition, at, document)
    if entity.deleted:
        _check_condition(entity.deleted, (*place, "deleted"), document)


def _check_condition(condition: Condition, place: tuple, document: Document) -> None:
    if not condition.values and condition.matches is None and condition.empty is None:
        document.wrong(place, f"the condition on {condition.column} needs one of is, matches and empty")
    if condition.matches is not None and (error := problem(condition.matches)):
        document.wrong(place, f"matches: {error}")


def _check_filled(entity: MappedEntity, contract: FileContract, document: Document) -> None:
    """Keys and required fields come from somewhere, and the law is kept: ids, and addresses that are secret."""
    place, filled = ("entities", entity.entity, "fields"), {f.name: f for f in entity.fields}
    known = {f.name: f for f in contract.fields}
    for name, field in known.items():
        if name in filled or name == SUPPLIER_FIELD:
            continue
        if field.is_identity and not field.optional:
            document.wrong(place, f"{name} ({field.nb}) must be mapped: an extract without its id column is not taken in")
        elif name in contract.grain:
            document.wrong(place, f"{name} ({field.nb}) must be mapped: it is part of the key")
        elif field.required:
            document.wrong(place, f"{name} ({field.nb}) must be mapped: the contract requires it")
    for either in contract.either:
        if not filled.keys() & set(either):
            document.wrong(place, f"one of {', '.join(either)} must be mapped: a row must fill at least one of them")
    secret = filled.get("is_secret_address")
    if any(known[n].pii == "address" for n in filled if n in known) and "is_secret_address" in known:
        if secret is None:
            document.wrong(place, "is_secret_address must be mapped where an address is; without it no address may be taken in")
        elif secret.constant is not None and secret.constant.lower() not in ("1", "true"):
            document.wrong(
                (*place, "is_secret_address"),
                "a constant cannot tell which addresses are secret: map the column that does, or leave the address fields out",
            )


@cache
def _scheme_codes() -> dict[str, set[str]]:
    codes: dict[str, set[str]] = {}
    with (PROJECT_ROOT / "seeds/groups/target_group_scheme.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            codes.setdefault(row["scheme"], set()).add(row["code"])
    return codes


def _check_group(group: LocalGroup, document: Document) -> None:
    place = ("target_groups", group.code)
    if not group.placements:
        document.wrong(place, f"the group needs its place in at least one of {', '.join(_scheme_codes())}")
    if group.valid_to and group.valid_to <= group.valid_from:
        document.wrong((*place, "valid_to"), "it must lie after valid_from")
    for placement in group.placements:
        at, codes = (*place, placement.scheme), _scheme_codes()[placement.scheme]
        if placement.certainty != "exact":
            if placement.code is not None:
                document.wrong((*at, "code"), f"with certainty {placement.certainty} there is no code; take the key out")
        elif placement.code is None:
            document.wrong(at, "certainty exact needs a code")
        elif placement.code not in codes:
            document.wrong((*at, "code"), f"{placement.scheme} has no such code; {did_you_mean(placement.code, codes)}")
