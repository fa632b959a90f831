"""What people who drop files are told: a small text file in their folder, and lines on the screen.

Belongs here: words. Does not belong here: what is taken (``inbox``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.handing_in.deliver import told
from orchestration.handing_in.names import shown
from orchestration.handing_in.watching import STATUS, TAKEN
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.handing_in.inbox import Pass

_LATEST = 20


def write_status(settings: Settings, municipality: str, waiting: Mapping[str, str]) -> None:
    """Write ``README-status.txt`` where it says something new."""
    folder = settings.inbox / municipality
    own = {path.partition("/")[2]: reason for path, reason in waiting.items() if path.startswith(f"{municipality}/")}
    text = "\n".join(_status(folder, own)) + "\n"
    target = folder / STATUS
    try:
        if not target.is_symlink() and target.exists() and target.read_text(encoding="utf-8") == text:
            return
        part = folder / f".{STATUS}.part"
        part.unlink(missing_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError:
        return  # a folder that may not be written to: the screen tells the same


def _status(folder: Path, waiting: Mapping[str, str]) -> Iterator[str]:
    yield "Written by Fjernlys (skrevet av Fjernlys). Files put in this folder are handed in when they are whole."
    yield ""
    yield "Waiting (venter):" if waiting else "Waiting (venter): nothing"
    for path, reason in sorted(waiting.items()):
        yield f"  {shown(path)}: {reason}"
    yield ""
    taken = sorted((p.name for p in (folder / TAKEN).glob("*/")), reverse=True)
    yield f"Handed in (levert), moved to {TAKEN}/:" if taken else "Handed in (levert): nothing"
    for name in taken[:_LATEST]:
        yield f"  {shown(name)}"
    if len(taken) > _LATEST:
        yield f"  and {len(taken) - _LATEST} before"


def lines(result: Pass) -> Iterator[str]:
    """What one pass did, for the screen."""
    for taken in result.taken:
        yield f"{taken.municipality}: {', '.join(map(shown, taken.names))}"
        for placed in taken.placed:
            yield from (f"  {line}" for line in told(placed))
    for path, reason in sorted(result.waiting.items()):
        yield f"waits: {shown(path)}: {reason}"
