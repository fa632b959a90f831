"""Answers of Klass: lists of codes, of changes of codes and of correspondences, each an object with one list in it.

Belongs here: what the interface calls its fields. Does not belong here: which classifications are fetched, and what the codes mean.

Names follow the interface's own code (statisticsnorway/klass). Where a field is absent it is empty, and a list or field under one of the
older or likely names is taken too, so that a new name loses no row without a word: a required field that is missing stops the row later.
"""

from __future__ import annotations

import json
import re
from typing import Any

_FILE = {
    "code": re.compile(r"codes_(?P<classification>\d{1,5})\.json"),
    "code_change": re.compile(r"changes_(?P<classification>\d{1,5})\.json"),
    "correspondence": re.compile(r"correspondence_(?P<classification>\d{1,5})_(?P<target>\d{1,5})\.json"),
}
_LISTS = {
    "code": ("codes",),
    "code_change": ("codeChanges", "changes"),
    "correspondence": ("correspondenceItems", "correspondenceMaps", "correspondences"),
}
_FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "code": {
        "code": ("code",),
        "parent_code": ("parentCode",),
        "level": ("level",),
        "name": ("name",),
        "short_name": ("shortName",),
        "valid_from": ("validFromInRequestedRange", "validFrom"),
        "valid_to": ("validToInRequestedRange", "validTo"),
    },
    "code_change": {
        "change_date": ("changeOccurred", "changeOccured", "changeDate"),
        "from_code": ("oldCode", "fromCode"),
        "from_name": ("oldName", "fromName"),
        "to_code": ("newCode", "toCode"),
        "to_name": ("newName", "toName"),
    },
    "correspondence": {
        "source_code": ("sourceCode",),
        "source_name": ("sourceName",),
        "target_code": ("targetCode",),
        "target_name": ("targetName",),
        "valid_from": ("validFrom",),
        "valid_to": ("validTo",),
    },
}
# Codes before and after make the key of a row where either may be absent: a column of its own.
_PAIRS = {"code_change": ("change", "from_code", "to_code"), "correspondence": ("pair", "source_code", "target_code")}
_NUMBERS = {"correspondence": ("classification_id", "target_classification_id")}
COLUMNS = {
    entity: (*_NUMBERS.get(entity, ("classification_id",)), *fields, *_PAIRS.get(entity, ())[:1]) for entity, fields in _FIELDS.items()
}


class NoCodes(ValueError):
    """The document is no answer of Klass. The message says what is wrong."""


def read_rows(entity: str, file_name: str, content: bytes) -> list[tuple[str | None, ...]]:
    """Rows of an answer in the order of ``COLUMNS[entity]``. Raises ``NoCodes``."""
    named = _FILE[entity].fullmatch(file_name)
    if named is None:
        raise NoCodes(f"the name of the file must have the form {_FILE[entity].pattern}")
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise NoCodes("it is no JSON in UTF-8, or it was cut") from None
    items = next((body[name] for name in _LISTS[entity] if isinstance(body, dict) and isinstance(body.get(name), list)), None)
    if items is None or any(not isinstance(item, dict) for item in items):
        raise NoCodes(f"it is no object with the list {_LISTS[entity][0]}")
    numbers = tuple(named.groupdict().values())
    return [(*numbers, *_cells(entity, item)) for item in items]


def _cells(entity: str, item: dict[str, Any]) -> tuple[str | None, ...]:
    cells = {name: _text(item, names) for name, names in _FIELDS[entity].items()}
    if entity in _PAIRS:
        pair, before, after = _PAIRS[entity]
        cells[pair] = f"{cells[before] or ''}>{cells[after] or ''}"
    return tuple(cells.values())


def _text(item: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of the names that has something to say."""
    found = next((item[name] for name in names if item.get(name) not in (None, "")), None)
    if isinstance(found, (dict, list)):
        raise NoCodes(f"the field {names[0]} holds more than one value")
    return None if found is None else str(found)
