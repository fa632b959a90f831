"""What is fetched: the tables and classifications that ``connectors/*.yml`` name.

Belongs here: the form of those files, and errors that name file, line and what would be right. Does not belong here: asking for anything.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import jsonschema

from orchestration.mappings.document import read_document
from orchestration.settings import PROJECT_ROOT

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
    """The file when it has the form of its schema; codes and dates stay texts as they are written."""
    schema = json.loads((FOLDER / f"{path.stem}.v1.schema.json").read_text(encoding="utf-8"))
    document = read_document(path)
    for error in jsonschema.Draft202012Validator(schema).iter_errors(document.data):
        right = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
        document.wrong(tuple(error.absolute_path), f"{error.message}. {right}".strip())
    document.raise_problems()
    return document.data
