"""One night at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from orchestration.resources.lock import LOCK, night_lock
from orchestration.settings import UserError, load_settings

HOLD = "import time\nfrom orchestration.resources.lock import night_lock\nfrom orchestration.settings import load_settings\n"
HOLD += "with night_lock(load_settings()):\n    print('held', flush=True)\n    time.sleep(60)\n"


@pytest.fixture
def settings(tmp_path: Path):
    return load_settings({"FJERNLYS_HOME": str(tmp_path)})


@pytest.fixture
def other_night(tmp_path: Path):
    """A process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], env={**os.environ, "FJERNLYS_HOME": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_night_that_may_not_wait_says_who_runs(settings, other_night):
    with pytest.raises(UserError, match=rf"Another night is running \(pid {other_night.pid} since \d{{4}}-"), night_lock(settings, 0):
        pass


def test_a_second_night_waits_and_then_runs(settings, other_night):
    said = []
    threading.Timer(0.7, other_night.kill).start()
    start = time.monotonic()
    with night_lock(settings, 30, said.append):
        assert 0.5 < time.monotonic() - start < 20
    assert len(said) == 1 and "waiting up to" in said[0]


def test_a_killed_night_leaves_no_lock(settings, other_night):
    other_night.kill()
    other_night.wait()
    with night_lock(settings, 0):
        assert f"pid {os.getpid()} since" in (settings.home / LOCK).read_text(encoding="utf-8")
    assert (settings.home / LOCK).read_text(encoding="utf-8") == ""


def test_the_lock_is_given_back_after_an_error(settings):
    with pytest.raises(ZeroDivisionError), night_lock(settings, 0):
        raise ZeroDivisionError
    with night_lock(settings, 0):
        pass
