"""YAML with line numbers: the values of a file that people write, the line each stands on, and the mistakes found in it.

Belongs here: reading YAML so that every later complaint can name a line. Does not belong here: what the file may say (``load``,
``connectors.config``).

Codes are kept as written: ``No``, ``0301`` and ``2024-01-01`` are texts, only plain numbers, ``true`` and ``false`` are more.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings import UserError

MAX_BYTES = 1_000_000
_SHOWN = 20
_DEEPEST = 20
Place = tuple[str | int, ...]


@dataclass
class Document:
    """What stands in a YAML file. A place is the way to a value: keys and positions in lists."""

    path: Path
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Line of a place, or of the nearest thing around it that the file has."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def wrong(self, place: Place, should: str) -> None:
        """Keep a mistake: where it is and what would be right."""
        where = ".".join(str(step) for step in place)
        self.problems.append((self.line(place), f"{where}: {should}" if where else should))

    def raise_problems(self) -> None:
        """Raise ``UserError`` with all mistakes in the order of their lines."""
        if not self.problems:
            return
        found = [f"{self.path}, line {line}: {text}" for line, text in sorted(set(self.problems))]
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise UserError("\n".join(found[:_SHOWN] + more))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What was probably meant, and else what there is to choose from."""
    choices = sorted(set(known))
    close = difflib.get_close_matches(word, choices, 1, 0.6) or [c for c in choices if c.lower() == word.lower()]
    if close:
        return f"did you mean '{close[0]}'?"
    return f"it must be one of {', '.join(choices)}" if choices else "there is none to name"


def read_document(path: Path) -> Document:
    """Values and lines of a YAML file. Raises ``UserError`` where it is no YAML, too large, or uses aliases."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path}: the file may have at most {MAX_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: the file is not UTF-8; save it with the encoding UTF-8") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None
    document = Document(path)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise UserError(f"{path}, line {event.start_mark.line + 1}: nested too deep")
            if isinstance(event, yaml.AliasEvent):
                raise UserError(f"{path}, line {event.start_mark.line + 1}: references (*{event.anchor}) are not read; write the value out")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark or error.context_mark).line + 1
        raise UserError(
            f"{path}, line {line}: not YAML ({error.problem or error.context}); check indentation, colons and quotation marks"
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise UserError(f"{path}: not YAML ({type(error).__name__})") from None
    if not isinstance(node, yaml.MappingNode):
        raise UserError(f"{path}, line 1: the file must hold keys with values, such as version: 1")
    document.data = _value(document, node, ())
    return document


def _value(document: Document, node: yaml.Node, place: Place) -> Any:
    document.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, item in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                document.wrong(place, "a key must be plain text")
                continue
            if name in found:
                document.problems.append((key.start_mark.line + 1, f"{'.'.join(map(str, (*place, name)))}: the key stands twice"))
            document.lines[(*place, name)] = key.start_mark.line + 1
            found[name] = _value(document, item, (*place, name))
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, item, (*place, i)) for i, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style is not None:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"0|-?[1-9][0-9]{0,17}", text):
        return int(text)
    if re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", text):
        return Decimal(text)
    return text


def as_code(value: Any) -> str:
    """A code as text, whether it was written with or without quotation marks."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
