"""Numbered releases, one link, and the way back."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.releasing import publish
from orchestration.settings import Settings, UserError, load_settings

A, B, C = "a" * 12, "b" * 12, "c" * 12


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"FJERNLYS_HOME": str(tmp_path), "FJERNLYS_KEEP_RELEASES": "3"})


def _release(settings: Settings, build_id: str) -> publish.Release:
    part = publish.begin(settings, build_id)
    (part / "parquet").mkdir()
    (part / "release.json").write_text(build_id, encoding="utf-8")
    return publish.publish(settings, publish.half_made(settings, build_id))


def _names(settings: Settings) -> list[str]:
    return [r.path.name for r in publish.list_releases(settings)]


def test_the_first_release_is_number_one_and_current(settings: Settings):
    assert publish.current_release(settings) is None
    release = _release(settings, A)
    assert (release.number, release.path.name) == (1, f"0001-{A}")
    assert publish.current_release(settings) == release
    link = settings.releases / "current"
    assert link.is_symlink() and link.readlink() == Path(f"0001-{A}")
    assert (link / "release.json").read_text(encoding="utf-8") == A
    assert (settings.releases / "current.txt").read_text(encoding="utf-8") == f"0001-{A}\n"


def test_nothing_is_visible_before_it_is_published(settings: Settings):
    _release(settings, A)
    publish.begin(settings, B)
    assert _names(settings) == [f"0001-{A}"]
    assert publish.current_release(settings).build_id == A


def test_a_reader_that_resolved_the_link_keeps_its_files(settings: Settings):
    _release(settings, A)
    resolved = (settings.releases / "current").resolve()
    _release(settings, B)
    assert (resolved / "release.json").read_text(encoding="utf-8") == A


def test_the_newest_few_stay(settings: Settings):
    for build_id in (A, B, C, "d" * 12):
        _release(settings, build_id)
    assert _names(settings) == [f"0002-{B}", f"0003-{C}", f"0004-{'d' * 12}"]


def test_never_fewer_than_two_stay(tmp_path: Path):
    settings = load_settings({"FJERNLYS_HOME": str(tmp_path), "FJERNLYS_KEEP_RELEASES": "1"})
    for build_id in (A, B, C):
        _release(settings, build_id)
    assert _names(settings) == [f"0002-{B}", f"0003-{C}"]


def test_rollback_goes_back_one_and_then_one_more(settings: Settings):
    for build_id in (A, B, C):
        _release(settings, build_id)
    left, now = publish.rollback(settings)
    assert (left.build_id, now.build_id) == (C, B)
    assert publish.current_release(settings).build_id == B
    assert publish.rollback(settings)[1].build_id == A
    with pytest.raises(UserError, match="nothing to go back to"):
        publish.rollback(settings)
    assert publish.current_release(settings).build_id == A


def test_a_withdrawn_release_is_never_gone_back_to(settings: Settings):
    _release(settings, A)
    _release(settings, B)
    publish.rollback(settings)
    _release(settings, C)
    assert publish.rollback(settings)[1].build_id == A


def test_rollback_without_a_release_says_so(settings: Settings):
    with pytest.raises(UserError, match="no current release"):
        publish.rollback(settings)


def test_what_counts_as_published(settings: Settings):
    assert not publish.is_published(settings, A)
    _release(settings, A)
    assert publish.is_published(settings, A)
    _release(settings, B)
    assert not publish.is_published(settings, A), "an older build comes back when the code does"
    publish.rollback(settings)
    assert publish.is_published(settings, B), "a withdrawn build is not published again"
    assert publish.is_published(settings, A)


def test_half_releases_are_cleaned_and_numbers_go_on(settings: Settings):
    _release(settings, A)
    (publish.begin(settings, B) / "analyst.duckdb").write_text("half", encoding="utf-8")
    publish.clean(settings)
    assert sorted(p.name for p in settings.releases.iterdir()) == [f"0001-{A}", "current", "current.txt"]
    with pytest.raises(UserError, match="run the night again"):
        publish.half_made(settings, B)
    assert _release(settings, C).number == 2


class _Killed(BaseException):
    """Stands for a process that is gone at once: nothing in the module catches it."""


@pytest.fixture
def kill_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Kills before the operation on files with that number (rename, link, unlink, write)."""

    def arm(number: int) -> None:
        left = [number]

        def counted(operation: Callable) -> Callable:
            def run(*args, **kwargs):
                left[0] -= 1
                if left[0] == 0:
                    raise _Killed
                return operation(*args, **kwargs)

            return run

        for owner, name in ((os, "replace"), (os, "rename"), (os, "symlink"), (os, "unlink"), (Path, "write_text"), (shutil, "rmtree")):
            monkeypatch.setattr(owner, name, counted(getattr(owner, name)))

    return arm


def _assert_readers_are_well(settings: Settings, allowed: set[str]) -> str:
    """The link gives a whole release; so does the text file beside it. Returns the build that readers see."""
    build_id = (settings.releases / "current" / "release.json").read_text(encoding="utf-8")
    named = (settings.releases / "current.txt").read_text(encoding="utf-8").strip()
    assert {build_id, (settings.releases / named / "release.json").read_text(encoding="utf-8")} <= allowed
    return build_id


def _night(settings: Settings, build_id: str) -> None:
    publish.clean(settings)
    if not publish.is_published(settings, build_id):
        _release(settings, build_id)


@pytest.mark.parametrize("operation", range(1, 9))
def test_a_night_killed_while_it_publishes_leaves_whole_releases_and_the_next_one_ends_it(
    settings: Settings, kill_before: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, operation: int
):
    settings = replace(settings, keep_releases=2)
    for build_id in (A, B):
        _release(settings, build_id)
    part = publish.begin(settings, C)
    (part / "release.json").write_text(C, encoding="utf-8")
    kill_before(operation)
    with pytest.raises(_Killed):
        publish.publish(settings, part)
    monkeypatch.undo()
    _assert_readers_are_well(settings, {B, C})
    _night(settings, C)
    assert _assert_readers_are_well(settings, {C}) == C
    assert publish.rollback(settings)[1].build_id == B


@pytest.mark.parametrize("operation", range(1, 6))
def test_a_rollback_that_is_killed_is_not_undone_by_the_next_night(
    settings: Settings, kill_before: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, operation: int
):
    for build_id in (A, B):
        _release(settings, build_id)
    kill_before(operation)
    with pytest.raises(_Killed):
        publish.rollback(settings)
    monkeypatch.undo()
    seen = _assert_readers_are_well(settings, {A, B})
    _night(settings, B)
    assert _assert_readers_are_well(settings, {seen}) == seen
    if seen == B:
        publish.rollback(settings)
    assert publish.current_release(settings).build_id == A


def test_a_withdrawn_release_takes_no_place_from_those_one_can_go_back_to(settings: Settings):
    settings = replace(settings, keep_releases=1)
    for build_id in (A, B):
        _release(settings, build_id)
    publish.rollback(settings)
    _release(settings, C)
    assert _names(settings) == [f"0001-{A}", f"0002-{B}", f"0003-{C}"]
    assert publish.rollback(settings)[1].build_id == A


def test_readers_see_a_whole_release_all_the_time(settings: Settings):
    _release(settings, A)
    seen, stop = set(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add((settings.releases / "current" / "release.json").read_text(encoding="utf-8"))

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for number in range(40):
            _release(settings, f"{number:012x}")
        stop.set()
        reader.result()
    assert len(seen) > 1
