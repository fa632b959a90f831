"""Which release is the current one: numbered folders, a link that is repointed at once, and the way back.

Belongs here: folders and the link. Does not belong here: what is inside a release (``write``, ``verify``).

A release is made in ``releases/.<number>-<build id>.part``, gets its name when it is whole, and only then ``current`` points to it.
A reader that resolves the link once keeps whole files for as long as it likes: the newest few releases stay.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import Settings, UserError

CURRENT = "current"
POINTER = "current.txt"  # for readers that cannot follow a link (Windows shares)
WITHDRAWN = "withdrawn"
_FOLDER = re.compile(r"(\d{4,})-([0-9a-f]{12})")
_FEWEST_KEPT = 2


@dataclass(frozen=True)
class Release:
    """A whole release on disk."""

    number: int
    build_id: str
    path: Path

    @property
    def is_withdrawn(self) -> bool:
        """Somebody rolled back from it."""
        return (self.path / WITHDRAWN).exists()


def list_releases(settings: Settings) -> list[Release]:
    """Whole releases, oldest first."""
    if not settings.releases.is_dir():
        return []
    found = ((_FOLDER.fullmatch(path.name), path) for path in settings.releases.iterdir() if path.is_dir() and not path.is_symlink())
    return sorted((Release(int(m[1]), m[2], path) for m, path in found if m), key=lambda r: r.number)


def current_release(settings: Settings) -> Release | None:
    """The release that readers see."""
    link = settings.releases / CURRENT
    if not link.is_symlink():
        return None
    name = link.readlink().name
    return next((r for r in list_releases(settings) if r.path.name == name), None)


def begin(settings: Settings, build_id: str) -> Path:
    """An empty folder for the next release, not yet visible."""
    clean(settings)
    releases = list_releases(settings)
    number = releases[-1].number + 1 if releases else 1
    part = settings.releases / f".{number:04d}-{build_id}.part"
    part.mkdir(parents=True)
    return part


def half_made(settings: Settings, build_id: str) -> Path:
    """The folder that ``begin`` made for this build."""
    parts = sorted(settings.releases.glob(f".*-{build_id}.part"))
    if not parts:
        raise UserError("There is no finished release to make current: run the night again.")
    return parts[-1]


def clean(settings: Settings) -> None:
    """Take away releases that were never finished, and let ``current.txt`` say what the link says where a night was killed between them."""
    if settings.releases.is_dir():
        for part in settings.releases.glob(".*.part"):
            shutil.rmtree(part)
        for name in (CURRENT, POINTER):
            (settings.releases / f".{name}.new").unlink(missing_ok=True)
        current, pointer = current_release(settings), settings.releases / POINTER
        if current and (not pointer.is_file() or pointer.read_text(encoding="utf-8").strip() != current.path.name):
            _write_pointer(settings, current.path)


def publish(settings: Settings, part: Path) -> Release:
    """Make a half-made folder a release and the current one."""
    for path in sorted(part.rglob("*")):
        _sync(path)
    _sync(part)
    target = settings.releases / part.name.removeprefix(".").removesuffix(".part")
    part.replace(target)
    _sync(settings.releases)
    _point_to(settings, target)
    match = _FOLDER.fullmatch(target.name)
    release = Release(int(match[1]), match[2], target)
    _prune(settings)
    return release


def rollback(settings: Settings) -> tuple[Release, Release]:
    """Go back one release: the one in use is marked withdrawn. Returns (left, now in use).

    The mark comes before the link, so that a rollback that is killed in between can be asked for again and is never undone by the next
    night. A release of the same build (of a night that was killed before it pointed to it) is nothing to go back to.
    """
    current = current_release(settings)
    if current is None:
        raise UserError("There is no current release to roll back from.")
    before = [r for r in list_releases(settings) if r.number < current.number]
    earlier = [r for r in before if not r.is_withdrawn and r.build_id != current.build_id]
    if not earlier:
        raise UserError(f"Release {current.path.name} is the oldest that is kept: there is nothing to go back to.")
    (current.path / WITHDRAWN).write_text("Rolled back from. The same build is not published again.\n", encoding="utf-8")
    _point_to(settings, earlier[-1].path)
    return current, earlier[-1]


def is_published(settings: Settings, build_id: str) -> bool:
    """Whether a night with this build id has nothing to publish: it is in use, or it was withdrawn."""
    current = current_release(settings)
    if current is not None and current.build_id == build_id:
        return True
    of_build = [r for r in list_releases(settings) if r.build_id == build_id]
    return bool(of_build) and of_build[-1].is_withdrawn


def _point_to(settings: Settings, target: Path) -> None:
    link = settings.releases / f".{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(settings.releases / CURRENT)
    _write_pointer(settings, target)
    _sync(settings.releases)


def _write_pointer(settings: Settings, target: Path) -> None:
    pointer = settings.releases / f".{POINTER}.new"
    pointer.write_text(target.name + "\n", encoding="utf-8")
    pointer.replace(settings.releases / POINTER)


def _prune(settings: Settings) -> None:
    """Keep the newest few builds that are not withdrawn, and what is newer than the oldest of them.

    Never fewer than two: for readers that opened the one before, and for the way back.
    """
    releases = list_releases(settings)
    newest = {r.build_id: r.number for r in releases if not r.is_withdrawn}
    kept = sorted(newest.values())[-max(settings.keep_releases, _FEWEST_KEPT) :]
    for release in releases:
        if release.number < min(kept):
            release.path.rename(release.path.with_name(f".{release.path.name}.part"))  # never half a release under its name
            shutil.rmtree(release.path.with_name(f".{release.path.name}.part"))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
