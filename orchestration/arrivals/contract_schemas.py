"""A contract as JSON Schema: one schema for the row of each file, and an example row with made-up values.

Belongs here: the schema of a row and its example. Does not belong here: writing files (``contract_tables``), pages (``contract_pages``).

A row is an object with the columns of the file: an empty field is null, numbers are numbers, dates are texts as ``2024-12-31``.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache

from orchestration.arrivals.contracts import Contract, Field, FileContract
from orchestration.settings import PROJECT_ROOT

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SEEDS = PROJECT_ROOT / "seeds"
_NATIONAL_ID = "17859112331"  # synthetic: month + 80
_DUF = "202300004203"
_PATTERNED = {r"\d{4}": "5001"} | {str(year): str(year) for year in range(10, 100)}  # a municipality code; two digits of a year
_DATES = {"yyyy-MM-dd": "2024-03-01", "ddMMyyyy": "01032024", "ddMMyy": "010324"}


@cache
def code_labels() -> dict[str, dict[str, str]]:
    """Norwegian labels by code list and code, from the seeds that dbt reads."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for name, code_list in (("shared/code_label.csv", None), ("groups/care_service_type.csv", "service_type")):
        with (_SEEDS / name).open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                labels[code_list or row["code_list"]][row["code"]] = row["label_nb"]
    return labels


def labels_of(field: Field) -> dict[str, str]:
    """Label of each code of a field; empty where a label is not known."""
    known = code_labels().get(field.code_list or field.name, {})
    return {code: known.get(code, "") for code in field.codes}


def fields_of(file: FileContract) -> tuple[Field, ...]:
    """Fields of a file as delivered; of a position file those of its newest layout that are read."""
    if file.layouts:
        return tuple(file.layout_fields(max(file.layouts)).values())
    return file.fields


def is_required(field: Field, file: FileContract) -> bool:
    """Whether the field may not be empty."""
    return field.required or field.name in file.grain


def row_schema(contract: Contract, file: FileContract) -> dict:
    """JSON Schema (2020-12) of one row of a file."""
    fields = fields_of(file)
    return {
        "$schema": _DIALECT,
        "$id": schema_name(contract, file),
        "title": f"{file.title_nb} ({contract.source}, versjon {contract.version})",
        "description": f"One row of {file.names}. An empty field is null. Key: {', '.join(file.grain) or 'none'}.",
        "type": "object",
        "properties": {f.name: _property(f, is_required(f, file)) for f in fields},
        "required": [f.name for f in fields if is_required(f, file)],
        "additionalProperties": False,
        **_either(file),
        "examples": [example_row(file)],
    }


def _either(file: FileContract) -> dict:
    """Of which fields one at least must be filled."""
    if not file.either:
        return {}
    filled = [{"anyOf": [{"properties": {n: {"not": {"type": "null"}}}, "required": [n]} for n in names]} for names in file.either]
    return {"allOf": filled}


def schema_name(contract: Contract, file: FileContract) -> str:
    """Name of the schema's file."""
    return f"{contract.source}.v{contract.version}.{file.entity}.schema.json"


def _property(field: Field, required: bool) -> dict:
    described = {"title": field.nb, "description": field.description}
    if field.unit:
        described["x-unit"] = field.unit
    if field.pii:
        described["x-personal"] = field.pii
    nothing = [] if required else [None]
    if field.codes:
        labels = labels_of(field)
        values = {code: int(code) if field.type == "integer" else code for code in field.codes}
        if all(labels.values()):
            titled = [{"const": value, "title": labels[code]} for code, value in values.items()]
            return described | {"oneOf": titled + [{"const": None, "title": "ikke oppgitt"} for _ in nothing]}
        return described | {"enum": [*values.values(), *nothing]}
    if field.type == "boolean":
        return described | {"enum": [0, 1, *nothing]}
    kind = {"text": "string", "date": "string", "integer": "integer"}.get(field.type, "number")
    rules: dict = {"type": [kind, "null"] if nothing else kind}
    if field.type == "date" and field.date_pattern == "yyyy-MM-dd":
        rules["format"] = "date"
    elif field.type == "date":
        rules["pattern"] = f"^[0-9]{{{len(field.date_pattern)}}}$"
    if field.pattern:
        rules["pattern"] = f"^(?:{field.pattern})$"
    if field.width and kind == "string":
        rules["maxLength"] = field.width
    rules |= {name: limit for name, limit in (("minimum", field.min), ("maximum", field.max)) if limit is not None}
    return described | rules


def example_row(file: FileContract) -> dict:
    """A row with made-up values that follows the contract."""
    return {f.name: _example(f) for f in fields_of(file)}


def _example(field: Field) -> str | int | float | None:
    if field.example is not None:
        if field.type in ("text", "date"):
            return field.example or None
        return float(field.example) if "." in field.example else int(field.example)
    if field.codes:
        return int(field.codes[0]) if field.type == "integer" else field.codes[0]
    if field.pii == "national_id":
        return _NATIONAL_ID
    if field.pii == "duf":
        return _DUF
    if field.type == "date":
        return None if field.name.startswith(("end_", "to_", "valid_to")) else _DATES[field.date_pattern]
    if field.type == "boolean":
        return 0
    if field.type != "text":
        return int(field.min or 0)
    if field.pattern:
        return _PATTERNED.get(field.pattern)
    return f"{field.name[:1].upper()}-1001"[: field.width]
