"""What is fetched: the tables and classifications that ``connectors/*.yml`` name.

Belongs here: the form of those files, and errors that name file, line and what would be right. Does not belong here: asking for anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from orchestration.settings import PROJECT_ROOT, UserError

FOLDER = PROJECT_ROOT / "connectors"


@dataclass(frozen=True)
class Publisher:
    """Where to ask, and the terms of what comes."""

    base_url: str
    language: str
    licence: str
    credit: str


@dataclass(frozen=True)
class Selection:
    """What is wanted of one variable: codes or expressions, of the variable itself or of one of its code lists."""

    codes: tuple[str, ...]
    codelist: str | None = None


@dataclass(frozen=True)
class TableChoice:
    """One table. ``vintages`` tells on which day of the year after a period each vintage is published."""

    table_id: str
    title: str
    figures_describe: str
    variables: dict[str, Selection]
    vintages: dict[str, tuple[int, int]]

    def vintage(self, updated: dt.date, newest_year: int) -> str:
        """Vintage of the newest period, by the day the table was updated; a table that is published once is final."""
        if not self.vintages:
            return "final"
        month, day = self.vintages["final"]
        return "final" if updated >= dt.date(newest_year + 1, month, day) else "preliminary"


@dataclass(frozen=True)
class ClassificationChoice:
    """One classification with the ones it is compared to."""

    classification_id: str
    title: str
    first_day: dt.date
    correspondences: tuple[str, ...]


def load_tables(path: Path = FOLDER / "statbank.yml") -> tuple[Publisher, dict[str, TableChoice]]:
    """Tables by id."""
    body = _read(path)
    return _publisher(body), {
        table_id: TableChoice(
            table_id=table_id,
            title=table["title"],
            figures_describe=table["figures_describe"],
            variables={name: Selection(tuple(v["codes"]), v.get("codelist")) for name, v in table["variables"].items()},
            vintages={name: (int(day[:2]), int(day[3:])) for name, day in table.get("vintages", {}).items()},
        )
        for table_id, table in body["tables"].items()
    }


def load_classifications(path: Path = FOLDER / "klass.yml") -> tuple[Publisher, dict[str, ClassificationChoice]]:
    """Classifications by id."""
    body = _read(path)
    return _publisher(body), {
        number: ClassificationChoice(number, c["title"], dt.date.fromisoformat(c["from"]), tuple(c["correspondences"]))
        for number, c in body["classifications"].items()
    }


def _publisher(body: dict) -> Publisher:
    return Publisher(body["base_url"], body["language"], body["licence"], body["credit"])


def _read(path: Path) -> dict:
    """The file as plain texts, lists and mappings (dates stay text), when it has the form of its schema."""
    schema = json.loads((FOLDER / f"{path.stem}.v1.schema.json").read_text(encoding="utf-8"))
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=_TextDates)
        body = yaml.load(text, Loader=_TextDates)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the file cannot be read ({type(error).__name__}).") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise UserError(f"{path}{where}: not YAML ({getattr(error, 'problem', None) or 'unreadable'}).") from None
    errors = sorted(jsonschema.Draft202012Validator(schema).iter_errors(body), key=lambda e: list(map(str, e.absolute_path)))
    if errors:
        place = list(errors[0].absolute_path)
        field = ".".join(map(str, place)) or "the file"
        raise UserError(f"{path}, line {_line(root, place)}: {field}: {_said(errors[0])}")
    return body


class _TextDates(yaml.SafeLoader):
    """Dates stay as they are written: the schema says which form they have."""


_TextDates.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _line(node: yaml.Node | None, place: Sequence[Any]) -> int:
    """Line of the value at that place, or of the nearest one around it."""
    line = node.start_mark.line + 1 if node else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            node = None
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _said(error: jsonschema.ValidationError) -> str:
    """What is wrong and what would be right."""
    right = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    return f"{error.message}. {right}".strip()
