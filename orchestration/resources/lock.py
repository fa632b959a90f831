"""One night at a time: a lock file in the data home.

Belongs here: taking, waiting for and giving back the lock. Does not belong here: what the night does with it.

The operating system drops the lock when the process ends, however it ends: a killed night never blocks the next one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import time
from collections.abc import Callable, Iterator

from orchestration.settings import Settings, UserError, make_folder

LOCK = "night.lock"
WAIT_SECONDS = 600.0
_PAUSE = 0.5


@contextlib.contextmanager
def night_lock(settings: Settings, wait_seconds: float = WAIT_SECONDS, say: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the lock of the data home; wait for another night up to ``wait_seconds``."""
    make_folder(settings.home)
    path = settings.home / LOCK
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, wait_seconds, say)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"pid {os.getpid()} since {dt.datetime.now().isoformat(timespec='seconds')}\n".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _take(handle: int, wait_seconds: float, say: Callable[[str], None] | None) -> None:
    end = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another process"
        if time.monotonic() >= end:
            raise UserError(f"Another night is running ({holder}). Only one may write at a time: wait for it to end, then run again.")
        if say and not told:
            say(f"Another night is running ({holder}); waiting up to {wait_seconds / 60:.0f} minutes for it to end.")
            told = True
        time.sleep(_PAUSE)
