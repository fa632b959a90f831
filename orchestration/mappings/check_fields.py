"""Does one field of a mapping fit the field of the contract? With the line and what would be right.

Belongs here: the source of a value, what is done to it, and constants and codes against the contract.
Does not belong here: entities, files and groups (``check``).
"""

from __future__ import annotations

import re

from orchestration.arrivals.contracts import Field, FileContract
from orchestration.mappings.conversion import BOOLEANS, is_number, target
from orchestration.mappings.document import Document, did_you_mean
from orchestration.mappings.expressions import problem
from orchestration.mappings.model import MappedField, MappedFile

_SOURCES = ("column", "join", "first_of", "constant", "period_end")


def check_field(field: MappedField, file: MappedFile, contract: FileContract, document: Document, place: tuple[str, ...]) -> None:
    """Write every mistake of a field into the document."""
    known = {f.name: f for f in contract.fields}
    if field.name not in known:
        document.wrong(place, f"the contract has no field {field.name} in {contract.entity}; {did_you_mean(field.name, known)}")
        return
    given = document.data
    for step in place:
        given = given[step]
    sources = [s for s in _SOURCES if s in given]
    if len(sources) != 1:
        document.wrong(place, f"give exactly one of {', '.join(_SOURCES)}" + (f" (here: {', '.join(sources)})" if sources else ""))
        return
    _check_keys(field, given, sources[0], document, place)
    wanted = known[field.name]
    _check_privacy(field, wanted, document, place)
    if field.period_end and wanted.type != "date":
        document.wrong((*place, "period_end"), f"{field.name} is no date")
    for key in ("multiply", "divide", "add", "round", "decimal"):
        if key in given and not is_number(wanted):
            document.wrong((*place, key), f"{field.name} is no number")
    if field.divide == 0:
        document.wrong((*place, "divide"), "nothing can be divided by 0")
    if field.dates and wanted.type != "date":
        document.wrong((*place, "dates"), f"{field.name} is no date")
    for key in ("constant", "when_empty"):
        if key in given:
            _check_code(str(getattr(field, key)), wanted, document, (*place, key))
    for code, value in field.values or ():
        if value:
            _check_code(value, wanted, document, (*place, "values", code))
        elif wanted.required:
            document.wrong((*place, "values", code), f"{field.name} is required and must not be left empty")


def _check_keys(field: MappedField, given: dict, source: str, document: Document, place: tuple[str, ...]) -> None:
    """Keys that belong together stand together."""
    if source in ("constant", "period_end") and len(given) > 1:
        document.wrong(place, f"{source} stands alone: {', '.join(k for k in given if k != source)} would do nothing")
    if "with" in given and source != "join":
        document.wrong((*place, "with"), "this key is for join")
    if field.pad and (source == "first_of" or len(field.pad) != len(field.columns)):
        document.wrong((*place, "pad"), f"it must be one number for each column ({len(field.columns)})")
    if field.capture is not None and field.part is not None:
        document.wrong((*place, "part"), "give capture or part, not both")
    if (field.part is None) != (field.of is None):
        document.wrong(place, "part and of belong together: the part with this number, and the separator")
    if field.otherwise is not None and field.capture is None and field.part is None:
        document.wrong((*place, "otherwise"), "this key is for capture and part")
    if field.capture is not None:
        try:
            groups = 0 if problem(field.capture) else re.compile(field.capture).groups
        except re.error:
            groups = 0
        if not groups:
            document.wrong((*place, "capture"), "it must be a regular expression with a group, as '([0-9]{4}) '")
    if field.values is not None:
        for key in ("dates", "decimal", "multiply", "divide", "add", "round"):
            if key in given:
                document.wrong((*place, key), "it would do nothing: values give the contract's form already")


def _check_privacy(field: MappedField, wanted: Field, document: Document, place: tuple[str, ...]) -> None:
    if wanted.is_identity and (not field.columns or field.values is not None or field.when_empty is not None):
        document.wrong(place, "an id comes from a column as it is: no constant, values or when_empty")


def _check_code(code: str, wanted: Field, document: Document, place: tuple[str, ...]) -> None:
    """A value that the mapping itself writes must be one that the gate accepts."""
    if wanted.codes:
        if code not in wanted.codes:
            document.wrong(place, f"'{code}' is no code of {wanted.name}; {did_you_mean(code, wanted.codes)}")
    elif wanted.type == "boolean":
        if target(code, wanted) not in BOOLEANS.values():
            document.wrong(place, f"{wanted.name} is 1 or 0")
    elif wanted.pattern and not re.fullmatch(wanted.pattern, code):
        document.wrong(place, f"{wanted.name} must have the form {wanted.pattern}")
    elif wanted.type == "date" and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", code):
        document.wrong(place, f"{wanted.name} is a date and must be written as YYYY-MM-DD")
    elif is_number(wanted) and not re.fullmatch(r"-?\d+" + ("" if wanted.type == "integer" else r"(\.\d+)?"), code):
        document.wrong(place, f"{wanted.name} must be {'a whole number' if wanted.type == 'integer' else 'a number with a decimal point'}")
