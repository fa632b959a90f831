"""Reads a mapping file: YAML, held against the published schema and the contract, as typed objects.

Belongs here: from YAML to ``Mapping``, and complaints about the form. Does not belong here: whether it fits the contract (``check``), and
files of a delivery (``arrivals``).
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from orchestration.mappings.check import check_mapping
from orchestration.mappings.document import Document, Place, as_code, did_you_mean, read_document
from orchestration.mappings.model import (
    CELL_DATES,
    FILL_IN,
    STRUCTURED_FORMATS,
    Condition,
    LocalGroup,
    LookUp,
    MappedEntity,
    MappedField,
    MappedFile,
    Mapping,
    Period,
    Placement,
    Position,
    RowFilter,
)
from orchestration.settings import PROJECT_ROOT

SCHEMA = PROJECT_ROOT / "mappings" / "mapping.v1.schema.json"
SCHEMES = ("form_2009", "form_2020", "r0_2019", "care_3", "care_3b", "bodo_4")
_TYPES = {"object": "keys with values", "array": "a list [...]", "string": "text", "integer": "a whole number", "number": "a number"}


def load_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises ``UserError`` that names file, line, key and what would be right, for all mistakes at once."""
    document = read_document(path)
    _check_filled(document)
    document.raise_problems()
    _check_form(document)
    document.raise_problems()
    mapping = _mapping(document.data)
    check_mapping(mapping, document)
    document.raise_problems()
    return mapping


@cache
def _schema() -> dict:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def _check_filled(document: Document) -> None:
    """A draft that is not filled in says so, rather than that each place has the wrong form."""
    for place in document.lines:
        value = document.data
        for step in place:
            value = value[step]
        if value == FILL_IN or place[-1:] == (FILL_IN,):
            document.wrong(place, "still to be filled in; or take it out with the entity or file it belongs to")


def _check_form(document: Document) -> None:
    form = jsonschema.Draft202012Validator
    for error in form(_schema(), format_checker=form.FORMAT_CHECKER).iter_errors(document.data):
        _explain(document, error, tuple(error.absolute_path))


def _explain(document: Document, error: jsonschema.ValidationError, place: Place) -> None:
    """One mistake in words; of several allowed forms, the one that fits best is spoken of."""
    kind, found, limit = error.validator, error.instance, error.validator_value
    if kind == "anyOf":
        meant = [e for e in error.context if e.validator != "type" or tuple(e.absolute_path) != tuple(error.absolute_path)]
        for inner in meant:
            _explain(document, inner, tuple(inner.absolute_path))
        if not meant:
            document.wrong(place, "it does not have the right form; see docs/mappings.md")
    elif kind == "additionalProperties":
        known = error.schema.get("properties", {})
        for name in (n for n in found if n not in known):
            document.wrong((*place, name), f"there is no such key here; {did_you_mean(name, known)}")
    elif kind == "required":
        missing = [name for name in limit if name not in found]
        document.wrong(place, f"the key {' and '.join(missing)} is missing")
    elif kind == "enum":
        document.wrong(place, did_you_mean(as_code(found), limit))
    elif kind == "const":
        document.wrong(place, f"it must be {as_code(limit)}")
    elif kind == "type":
        kinds = [limit] if isinstance(limit, str) else limit
        document.wrong(place, f"it must be {' or '.join(_TYPES.get(k, 'true or false') for k in kinds)}")
    elif kind == "pattern":
        document.wrong(place, f"it must have the form {limit}; put it in quotation marks where it is a number")
    elif kind == "format":
        document.wrong(place, "it must be a date as YYYY-MM-DD")
    else:
        document.wrong(place, f"{kind} must be {limit}")


def _mapping(body: dict) -> Mapping:
    period = body.get("period")
    return Mapping(
        extract=body["extract"],
        title=body["title"],
        source=body["source"],
        contract_version=body["contract_version"],
        municipality=body.get("municipality"),
        deletions=body.get("deletions", "full_snapshot"),
        period=Period(**period) if period else None,
        files=tuple(_file(name, f) for name, f in body["files"].items()),
        entities=tuple(_entity(name, e) for name, e in body["entities"].items()),
        target_groups=tuple(_group(code, g) for code, g in body.get("target_groups", {}).items()),
    )


def _file(name: str, body: dict) -> MappedFile:
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in body.items()}
    given.setdefault("format", "csv")
    columns = given.pop("columns", ())
    if given["format"] == "fixed_width":
        given.setdefault("header_row", 0)
    if given["format"] in STRUCTURED_FORMATS:
        given["dates"] = tuple(dict.fromkeys((*CELL_DATES, *given.get("dates", ()))))
    if "quote" in given:
        given["quote"] = None if given["quote"] == "none" else given["quote"]
    if "empty" in given:
        given["empty"] = ("", *(as_code(e) for e in given["empty"] if as_code(e)))
    return MappedFile(
        name=name,
        columns=tuple(c for c in columns if isinstance(c, str)),
        positions=tuple(Position(c["name"], c["from"], c["to"]) for c in columns if isinstance(c, dict)),
        **given,
    )


def _condition(body: dict) -> Condition:
    return Condition(body["column"], tuple(as_code(v) for v in body.get("is", ())), body.get("matches"), body.get("empty"))


def _conditions(body: Any) -> tuple[Condition, ...]:
    return tuple(_condition(c) for c in ([body] if isinstance(body, dict) else body or ()))


def _entity(name: str, body: dict) -> MappedEntity:
    return MappedEntity(
        entity=name,
        file=body["file"],
        lookups=tuple(LookUp(k, v["file"], tuple(v["key"].items()), v.get("optional", False)) for k, v in body.get("lookups", {}).items()),
        exclude=tuple(
            RowFilter(f["name"], f["why"], _conditions(f.get("where")), _conditions(f.get("unless"))) for f in body.get("exclude", ())
        ),
        deleted=_condition(body["deleted"]) if "deleted" in body else None,
        fields=tuple(_field(field, f) for field, f in body["fields"].items()),
    )


def _field(name: str, body: dict) -> MappedField:
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in body.items()}
    if "with" in given:
        given["separator"] = given.pop("with")
    if isinstance(given.get("pad"), int):
        given["pad"] = (given["pad"],)
    if "values" in given:
        given["values"] = tuple((code, as_code(value)) for code, value in given["values"].items())
    for key in ("multiply", "divide", "add"):
        if key in given:
            given[key] = Decimal(given[key])
    for key in ("constant", "when_empty"):
        if key in given:
            given[key] = as_code(given[key])
    return MappedField(name=name, **given)


def _group(code: str, body: dict) -> LocalGroup:
    placements = tuple(
        Placement(scheme, as_code(body[scheme]["code"]) if "code" in body[scheme] else None, body[scheme]["certainty"])
        for scheme in SCHEMES
        if scheme in body
    )
    valid_to = body.get("valid_to")
    return LocalGroup(
        code, body["label"], placements, dt.date.fromisoformat(body["valid_from"]), dt.date.fromisoformat(valid_to) if valid_to else None
    )
