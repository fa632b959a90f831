"""What is dear to make and only read: made once for all the processes that run the tests.

Belongs here: who makes it, and how the others get it. Does not belong here: what is made (``conftest``).
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from filelock import FileLock

T = TypeVar("T")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """What ``make`` returns for a folder of that name. The first process that asks makes it, the others wait and read its description.

    A process that failed leaves no description, so that the next one tries in a folder of its own and fails likewise.
    """
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    shared = factory.getbasetemp().parent if is_worker else factory.getbasetemp()
    description = shared / f"{name}.pickle"
    with FileLock(shared / f"{name}.lock"):
        if not description.exists():
            made = make(factory.mktemp(name))
            description.write_bytes(pickle.dumps(made))
    return pickle.loads(description.read_bytes())
