"""Moving what was handed in out of the way, all of it even where the run is killed in between.

Belongs here: the note of moves that is written first, and carrying it out. Does not belong here: what is moved and why (``inbox``).
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from orchestration.handing_in.placing import sync
from orchestration.handing_in.watching import Stat
from orchestration.settings import Settings, make_folder

_NOTE = "moves-*.json"


def move_away(settings: Settings, files: Mapping[Path, Stat], target: Path) -> None:
    """Move files into a folder. Each is moved only while it is the one that was taken."""
    moves, used = [], set()
    for path, state in files.items():
        place = _free(target / path.name, used)
        used.add(place)
        moves.append([str(path), str(place), *state])
    make_folder(settings.aside, 0o700)
    note = settings.aside / f"moves-{os.getpid()}.json"
    part = note.with_suffix(".part")
    part.write_text(json.dumps(moves), encoding="utf-8")
    sync(part)
    part.replace(note)
    sync(settings.aside)
    _carry_out(note)


def finish_moves(settings: Settings) -> None:
    """Carry out what a killed run had noted; a note that it had not finished writing moved nothing."""
    for unfinished in settings.aside.glob("moves-*.part"):
        unfinished.unlink()
    for note in sorted(settings.aside.glob(_NOTE)):
        with contextlib.suppress(PermissionError):  # the files stay where they are and are known when they are met again
            _carry_out(note)


def _carry_out(note: Path) -> None:
    touched = set()
    for source, target, *state in json.loads(note.read_text(encoding="utf-8")):
        path, place = Path(source), Path(target)
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue  # moved before the run was killed
        if [found.st_size, found.st_mtime_ns, found.st_ino] != state:
            continue  # another file of the same name came meanwhile: it is one of its own
        make_folder(place.parent, 0o700)
        path.rename(_free(place, set()))
        touched |= {path.parent, place.parent}
    sync(*touched)
    note.unlink()


def _free(place: Path, used: set[Path]) -> Path:
    number, free = 1, place
    while free in used or os.path.lexists(free):
        number += 1
        free = place.with_stem(f"{place.stem}_{number}")
    return free
