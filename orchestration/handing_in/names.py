"""Names that other people chose: which of them may become names in landing, and how they are shown.

Belongs here: names of files and folders. Does not belong here: what a file holds.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

from orchestration.arrivals.manifest import MANIFEST
from orchestration.mappings.model import MAPPING_FILE
from orchestration.privacy.national_id import without_ids
from orchestration.settings import UserError

RESERVED = frozenset({MANIFEST, MAPPING_FILE})
_MOST_BYTES = 200
_DEVICES = frozenset({"con", "prn", "aux", "nul"})


def shown(text: str | Path) -> str:
    """A name as it may be shown: on one line, and without numbers that could be national ids."""
    plain = str(text).encode("utf-8", "replace").decode("utf-8")
    return without_ids("".join(c if c.isprintable() else "?" for c in plain))


def delivered_name(name: str) -> str:
    """The name a file gets in landing: composed letters (NFC), so that one pattern suits all systems. ``UserError`` where it is unsafe."""
    composed = unicodedata.normalize("NFC", name)
    if problem := name_problem(composed):
        raise UserError(f"{shown(name)}: {problem}")
    return composed


def name_problem(name: str) -> str | None:
    """What is wrong with a name, in words that do not repeat it."""
    if name != Path(name).name or name != PureWindowsPath(name).name or name in {"", ".", ".."} or "\\" in name:
        return "the name of a file must be a plain name without folders"
    if name.startswith((".", "~$")) or name.casefold().endswith((".part", ".tmp")):
        return "a hidden or half-written file; wait until the program that writes it is done"
    if not all(c.isprintable() for c in name):
        return "the name holds signs that cannot be shown; rename the file"
    if len(name.encode()) > _MOST_BYTES:
        return f"the name is longer than {_MOST_BYTES} bytes; rename the file"
    if name.casefold() in RESERVED or name.partition(".")[0].casefold() in _DEVICES:
        return "the name is used by the system; rename the file"
    if without_ids(name) != name:
        return "the name holds a number in the form of a national id; rename the file"
    return None


def folder_problem(name: str) -> str | None:
    """What is wrong with the name of a folder."""
    problem = name_problem(name)
    return (
        problem.replace("the name of a file", "the name of a folder").replace("rename the file", "rename the folder") if problem else None
    )
