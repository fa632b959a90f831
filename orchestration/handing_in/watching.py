"""What lies in the inbox at a moment, so that two looks tell which files are whole.

Belongs here: looking. Does not belong here: taking anything (``inbox``).

A file counts as whole when size, time and identity are the same in two looks some seconds apart: a copy that is still going on grows.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.settings import Settings

TAKEN = "taken"
STATUS = "README-status.txt"
_MUNICIPALITY = re.compile(r"\d{4}")
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial")
_MADE_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
Stat = tuple[int, int, int]


@dataclass
class Look:
    """Files that may be taken, by path below the inbox, and what stands there that may not."""

    files: dict[str, Stat] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    municipalities: tuple[str, ...] = ()


def fingerprint(settings: Settings, *looks: Look) -> str:
    """Hash, without any name, of looks and of the mappings there are: what decides what a pass would do."""
    mappings = [(str(p), p.stat().st_mtime_ns) for p in sorted(settings.mappings.glob("*/*.yml"))]
    state = [(sorted(one.files.items()), sorted(one.odd)) for one in looks]
    return hashlib.sha256(repr((state, mappings)).encode("utf-8", "surrogateescape")).hexdigest()


def look(inbox: Path) -> Look:
    """Look at the folders of all municipalities. A file that vanishes meanwhile is left out."""
    found = Look()
    folders = []
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        if not path.is_symlink() and path.is_dir() and _MUNICIPALITY.fullmatch(path.name):
            folders.append(path)
        elif not path.name.startswith("."):
            found.odd[path.name] = "lies outside the folders of the municipalities, inbox/<municipality code>/"
    for folder in folders:
        for path in _entries(found, inbox, folder):
            _note(found, inbox, path)
    found.municipalities = tuple(folder.name for folder in folders)
    return found


def _entries(found: Look, inbox: Path, folder: Path) -> Iterator[Path]:
    """What lies in the folder and in its folders, one level down."""
    for path in _listed(found, inbox, folder):
        if path.name in (TAKEN, STATUS):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _listed(found, inbox, path)
        else:
            yield path


def _listed(found: Look, inbox: Path, folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except PermissionError:
        found.odd[folder.relative_to(inbox).as_posix()] = "the folder may not be read by the user that takes files in"
    except FileNotFoundError:
        pass
    return []


def _note(found: Look, inbox: Path, path: Path) -> None:
    name = path.name.casefold()
    place = path.relative_to(inbox).as_posix()
    if name.startswith(".") or name in _MADE_BY_SYSTEMS:
        return
    if name.startswith("~$") or name.endswith(_UNFINISHED):
        found.odd[place] = "is being written by a program; it is left alone until that is done"
        return
    try:
        state = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISREG(state.st_mode):
        found.files[place] = (state.st_size, state.st_mtime_ns, state.st_ino)
    elif stat.S_ISDIR(state.st_mode):
        found.odd[place] = "a folder in a folder is not looked into; put the files one folder up"
    else:
        found.odd[place] = "is a link or a device; put the file itself here"
