"""Errors of a step as one clear message.

Belongs here: recognising what a person can mend, and hiding values in what is left. Does not belong here: reporting it.
"""

from __future__ import annotations

import errno
import re
import shutil
import traceback

from orchestration.settings import PROJECT_ROOT, Settings, UserError

_FULL = ("no space left on device", "disk full", "disk is full", "failed to offload data block", "not enough disk space")
_QUOTED = re.compile(r"(['\"]).*\1|['\"].*")
_NUMBER = re.compile(r"\d{5,}")
_LONGEST = 400
_NOTHING_LEFT = 1_000_000


def clear_message(error: BaseException, settings: Settings) -> str:
    """What to tell: the message of a ``UserError`` as it is; a full disk by name; else kind and place, with values hidden."""
    if is_disk_full(error, settings):
        return (
            f"The disk of {settings.home} is full. What was half done is taken away next time and the release in use is untouched. "
            "Free some space, then run again."
        )
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return f"The memory limit of {settings.memory_limit} was not enough. Raise it with FJERNLYS_MEMORY_LIMIT, then run again."
    return f"{type(error).__name__} in {_place(error)}: {hide_values(str(error))}"


def is_disk_full(error: BaseException, settings: Settings) -> bool:
    """Whether the system, DuckDB or SQLite ran out of disk. SQLite only says "disk I/O error", so the free space is looked at."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return says_disk_full(str(error)) or ("disk i/o error" in str(error).lower() and _free_bytes(settings) < _NOTHING_LEFT)


def says_disk_full(message: str) -> bool:
    """Whether a message of a database speaks of a full disk."""
    return any(text in message.lower() for text in _FULL)


def _free_bytes(settings: Settings) -> int:
    place = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    return shutil.disk_usage(place).free


def hide_values(message: str) -> str:
    """The first lines of a message without quoted texts and long numbers: either may be a value of a row.

    A value may hold quotation marks itself: all from the first mark to the last goes.
    """
    first = " ".join(line.strip() for line in message.splitlines()[:2])
    return _NUMBER.sub("#", _QUOTED.sub("'...'", first))[:_LONGEST]


def _place(error: BaseException) -> str:
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(str(PROJECT_ROOT)) and ".venv" not in frame.filename:
            return f"{frame.filename.removeprefix(str(PROJECT_ROOT) + '/')}:{frame.lineno}"
    return "a library"
