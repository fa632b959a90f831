"""Putting one delivery into landing: finished aside, then there at once with its manifest, or known already.

Belongs here: copying, hashing and the moves that a killed run may leave half done. Does not belong here: which files make a
delivery and what period they cover (``plan``).

The folder's name follows from the content, so that a run that was killed after the move finds its own work again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestration.arrivals.ledger import RECEIPT, Receipt, read_receipt
from orchestration.arrivals.manifest import MANIFEST, DeliveredFile, Manifest, file_entry, read_manifest, write_manifest
from orchestration.handing_in.names import delivered_name, shown
from orchestration.settings import Settings, UserError, make_folder

_CHUNK = 8 * 1024 * 1024


@dataclass(frozen=True)
class Handed:
    """What is handed in. ``manifest`` has no files yet; ``made`` are small files made for the delivery (name, bytes)."""

    manifest: Manifest
    paths: tuple[Path, ...] = ()
    made: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Placed:
    """Where a delivery is. ``known`` says where the same bytes were met before, empty where they are new."""

    manifest: Manifest
    folder: Path | None
    known: str = ""


def place(settings: Settings, handed: Handed, dry_run: bool = False) -> Placed:
    """Copy the files of a delivery into landing. Nothing is left behind where it fails, nothing is placed twice."""
    aside = new_aside(settings)
    try:
        entries = [_copied(path, aside) for path in handed.paths]
        for name, content in handed.made:
            (aside / name).write_bytes(content)
            entries.append(file_entry(aside / name))
        _refuse_twins(entries)
        manifest = replace(handed.manifest, files=tuple(entries))
        if known := where_known(settings, manifest):
            return Placed(manifest, None, known)
        target = _free_name(settings, manifest)
        if dry_run:
            return Placed(manifest, target)
        write_manifest(aside, manifest)
        sync(*sorted(aside.iterdir()), aside)
        for folder in (settings.landing, target.parent.parent, target.parent):
            make_folder(folder, 0o700)
        aside.rename(target)
        sync(target.parent, target.parent.parent, settings.landing)
        return Placed(manifest, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def where_known(settings: Settings, manifest: Manifest) -> str:
    """Where the same content was met before: in raw, or whole in landing. A refused copy that was cut short is not it."""
    if (receipt := settings.raw / manifest.source / manifest.delivery_id / RECEIPT).exists():
        return f"accepted before as {read_receipt(receipt).delivery_id}"
    for folder in sorted((settings.landing / manifest.source / manifest.supplier).glob("*/")):
        try:
            other = read_manifest(folder) if (folder / MANIFEST).exists() else None
        except (UserError, OSError):
            continue
        if other and other.delivery_id == manifest.delivery_id and _is_whole(folder, other):
            refused = _refused(settings, manifest)
            state = f"; it was refused: {refused.refusal_rule_id} {refused.refusal_reason}" if refused else ""
            return f"in landing already as {shown(folder.relative_to(settings.landing))}{state}"
    return ""


def sync(*paths: Path) -> None:
    """Have the operating system write files and folders to the disk."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def lives(pid: str) -> bool:
    """Whether the process with that number runs."""
    return pid.isdecimal() and Path(f"/proc/{pid}").exists() if Path("/proc/self").exists() else _answers(pid)


def new_aside(settings: Settings, kind: str = "placing") -> Path:
    """An empty folder of this process that nobody else reads; those of killed processes are removed."""
    make_folder(settings.aside, 0o700)
    remove_leftovers(settings)
    number = 1
    while True:
        aside = settings.aside / f"{kind}-{os.getpid()}-{number}"
        try:
            aside.mkdir(mode=0o700)
            return aside
        except FileExistsError:
            number += 1


def remove_leftovers(settings: Settings) -> None:
    """Remove the folders ``<kind>-<pid>-<number>`` that killed processes left aside."""
    for path in settings.aside.glob("*-*-*/"):
        if not lives(path.name.split("-")[1]):
            shutil.rmtree(path, ignore_errors=True)


def _answers(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _copied(path: Path, aside: Path) -> DeliveredFile:
    """Copy a regular file that nobody writes to meanwhile."""
    name = delivered_name(path.name)
    target = aside / name
    if target.exists():
        raise UserError(f"{shown(name)}: two files have this name; a delivery holds each name once.")
    handle = open_regular(path)
    digest = hashlib.sha256()
    with os.fdopen(handle, "rb") as source, target.open("wb") as copy:
        before = os.fstat(source.fileno())
        while block := source.read(_CHUNK):
            digest.update(block)
            copy.write(block)
        after = os.fstat(source.fileno())
    size = target.stat().st_size
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise UserError(f"{shown(path.name)}: the file is being written to. Hand it in when it is whole.")
    return DeliveredFile(name, size, digest.hexdigest())


def open_regular(path: Path) -> int:
    """File descriptor of a regular file; a link, folder or device is refused without being opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise UserError(f"{shown(path)}: there is no such file.") from None
    except PermissionError:
        raise UserError(f"{shown(path)}: the file may not be read.") from None
    except OSError:
        raise UserError(f"{shown(path)}: must be a regular file, no link and no device.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UserError(f"{shown(path)}: must be a regular file, no folder and no device.")
    return handle


def _refuse_twins(entries: Iterable[DeliveredFile]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.name.casefold() in seen:
            raise UserError(f"{shown(entry.name)}: two files have names that differ in capital letters only; rename one.")
        seen.add(entry.name.casefold())


def _free_name(settings: Settings, manifest: Manifest) -> Path:
    parent = settings.landing / manifest.source / manifest.supplier
    extract = getattr(manifest, "extract", None)
    name = "_".join(filter(None, [manifest.period_end.isoformat(), extract, manifest.content_sha256[:12]]))
    number, free = 1, parent / name
    while os.path.lexists(free):  # a copy of the same content that is not whole
        number += 1
        free = parent / f"{name}_{number}"
    return free


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    try:
        return all(file_entry(folder / f.name) == f for f in manifest.files)
    except OSError:
        return False


def _refused(settings: Settings, manifest: Manifest) -> Receipt | None:
    paths = sorted((settings.quarantine / manifest.source).glob(f"{manifest.delivery_id}-refused-*/{RECEIPT}"))
    return read_receipt(paths[-1]) if paths else None


def received_now() -> dt.datetime:
    """The moment of handing in, to the second, in the clock of the machine: the day a night goes by."""
    return dt.datetime.now().replace(microsecond=0)
