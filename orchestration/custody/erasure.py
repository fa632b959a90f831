"""Taking a delivery, or one person's rows, out of everything the house holds.

Belongs here: what is removed, from where and in which order, and the log of it. Does not belong here: loading and building anew.

A person's rows are taken out of the files in landing and the inbox, so that they cannot come back; the deliveries concerned leave raw, and
the next night loads what is left of them, under a new id, since an id is a hash of the content. When that night is published, older builds
and releases go too (``remove_older``). Whoever asks gives a reference (a case number), never a name or number: that is what the log keeps.

The log is written before anything is removed. Asking again after a kill removes what is left.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from orchestration.arrivals.ledger import RECEIPT, read_receipt
from orchestration.arrivals.manifest import MANIFEST, Manifest, file_entry, read_manifest, write_manifest
from orchestration.custody.landing import held_deliveries
from orchestration.custody.person_lines import UnreadableForErasureError, count_lines, without_lines
from orchestration.handing_in.placing import new_aside, remove_leftovers, sync
from orchestration.handing_in.watching import TAKEN
from orchestration.privacy.duf_number import duf_status
from orchestration.privacy.national_id import id_status, without_ids
from orchestration.releasing.publish import current_release, list_releases
from orchestration.resources.lock import night_lock
from orchestration.settings import Settings, UserError
from orchestration.warehouse.pins import kept_for_forms, tell_erased

LOG = "erasures.jsonl"
_ASIDE = f".{MANIFEST}.erasing"


@dataclass(frozen=True)
class Erased:
    """One thing taken away: where it was, below the data home, which delivery it belonged to and how many rows it had."""

    delivery_id: str
    place: str
    rows: int


def erase_delivery(settings: Settings, delivery_id: str, reference: str, today: dt.date) -> list[Erased]:
    """Take a delivery out of landing, raw and quarantine, and what the inbox kept of it. Older builds and releases: ``remove_older``."""
    _check_reference(reference)
    with night_lock(settings, 0):
        remove_leftovers(settings)
        in_landing = [folder for folder, _ in held_deliveries(settings).get(delivery_id, [])]
        roots = _generations(settings)
        kept = [p.parent for root in roots for p in root.glob(f"*/*/{RECEIPT}") if _is_of(p, delivery_id)]
        kept += [p for root in roots for p in root.glob(f"*/{delivery_id}") if p not in kept]
        content = delivery_id.rpartition("-")[2]  # the inbox names what it took after it
        dropped = [p for p in settings.inbox.glob(f"*/{TAKEN}/*") if p.name.rpartition("_")[2] == content and p.is_dir()]
        if not in_landing and not kept and not dropped:
            raise UserError(f"No delivery {delivery_id} is held. The names of those in use: fjernlys query 'from fct_delivery_quality'")
        found = [Erased(delivery_id, _place(settings, folder), _rows(folder)) for folder in (*dropped, *in_landing, *kept)]
        _log(settings, "delivery", reference, today, found)
        for folder in (*dropped, *in_landing, *kept):
            _remove(settings, folder)
        return found


def erase_person(
    settings: Settings, number: str, reference: str, today: dt.date, progress: Callable[[str], None] = lambda _: None
) -> list[Erased]:
    """Take the rows that hold a national id or a DUF number out of landing and the inbox; what was made of them goes too.

    Raises ``UserError``, with nothing removed, where the number stands in a file whose rows cannot be taken out one by one.
    """
    _check_reference(reference)
    number = number.replace(" ", "")
    if "valid" not in (id_status(number), duf_status(number)):
        raise UserError("The number is no national id, D-number or DUF number with right check digits.")
    with night_lock(settings, 0):
        remove_leftovers(settings)
        unfinished = _resume(settings)
        files, unreadable = _files_with(settings, number, progress)
        if unreadable:
            listed = "\n".join(f"  {_place(settings, path)}" for path in unreadable)
            raise UserError(
                f"The number stands in files whose rows cannot be taken out one by one, or that cannot be read:\n{listed}\n"
                "Erase those deliveries whole (fjernlys erase --delivery ID), take away those that wait in the inbox, "
                "and have them sent again without the person; then run again."
            )
        if not files and not unfinished:
            raise UserError(
                "The number stands in no file of landing or the inbox, so that no row of raw came from one that is still held."
                + _may_hold(settings)
            )
        manifests = {folder: _manifest(folder) for folder in {*unfinished, *(p.parent for p in files)}}
        found = [Erased(m.delivery_id if (m := manifests[p.parent]) else "", _place(settings, p), n) for p, n in files.items()]
        _log(settings, "person", reference, today, found)
        for folder, manifest in sorted(manifests.items(), key=lambda item: item[0]):
            _take_out(settings, folder, manifest, [p for p in files if p.parent == folder], number)
        return found


def remove_older(settings: Settings, reference: str, today: dt.date) -> list[Erased]:
    """Take away every release but the current one, and every build but its own: they were made before the erasure.

    Builds that sent forms are made of go too; the forms, which hold counts alone, stay and say that the rows behind them are gone.
    """
    with night_lock(settings, 0):
        remove_leftovers(settings)
        current = current_release(settings)
        if current is None:
            raise UserError("There is no current release yet: run fjernlys nightly first.")
        old = [r.path for r in list_releases(settings) if r.path != current.path]
        if settings.builds.is_dir():
            old += [p for p in sorted(settings.builds.iterdir()) if p.is_dir() and p.name != current.build_id]
        found = [Erased("", _place(settings, path), 0) for path in old]
        _log(settings, f"made before release {current.path.name}", reference, today, found)
        tell_erased(settings, {path.name for path in old}, reference, today)
        for path in old:
            _remove(settings, path)
        return found


def _manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder of landing; a folder of the inbox, or one still being written, has none."""
    return read_manifest(folder) if (folder / MANIFEST).exists() else None


def _resume(settings: Settings) -> list[Path]:
    """Folders in which an erasure was stopped, their manifest put back: its hashes are those of before and are written anew."""
    found = []
    for aside in sorted(settings.landing.glob(f"*/*/*/{_ASIDE}")):
        if (aside.parent / MANIFEST).exists():
            aside.unlink()
        else:
            aside.rename(aside.parent / MANIFEST)
        found.append(aside.parent)
    return found


def _take_out(settings: Settings, folder: Path, manifest: Manifest | None, paths: list[Path], number: str) -> None:
    """Files of a folder without the person's lines. The delivery leaves raw first; without a manifest the gate leaves the folder alone."""
    if manifest:
        (folder / MANIFEST).rename(folder / _ASIDE)
        for root in _generations(settings):
            _remove(settings, root / manifest.source / manifest.delivery_id)
    for path in paths:
        part = path.with_name(f".{path.name}.part")
        without_lines(path, part, number)
        sync(part)
        part.replace(path)
    if manifest:
        write_manifest(folder, replace(manifest, files=tuple(file_entry(folder / f.name) for f in manifest.files)))
        (folder / _ASIDE).unlink()
        sync(folder)


def _files_with(settings: Settings, number: str, progress: Callable[[str], None]) -> tuple[dict[Path, int], list[Path]]:
    """Files of landing and the inbox that hold the number with the number of lines, and files whose lines cannot be taken out."""
    found, unreadable = {}, []
    roots = [root for root in (settings.landing, settings.home / "inbox") if root.is_dir()]
    paths = [p for root in roots for p in sorted(root.rglob("*")) if p.is_file() and not p.is_symlink()]
    for i, path in enumerate(paths, 1):
        if i % 100 == 0:
            progress(f"{i} of {len(paths)} files read")
        try:
            if lines := count_lines(path, number):
                found[path] = lines
        except UnreadableForErasureError:
            unreadable.append(path)
    return found, unreadable


def _may_hold(settings: Settings) -> str:
    """What was made before may hold a person whose files are gone, for longer than two nights where a form that was sent keeps it."""
    kept = kept_for_forms(settings)
    if not kept:
        return ""
    return (
        f" Builds kept for forms that were sent may still hold the person: {', '.join(kept)}. "
        "They go with: fjernlys erase --older --reference ..."
    )


def _generations(settings: Settings) -> list[Path]:
    """Raw and quarantine of every generation: a change of key that was stopped has loaded some of the deliveries, and goes on with them."""
    return [root for name in ("raw", "quarantine") for root in (settings.home / name, *sorted(settings.home.glob(f"{name}.*")))]


def _remove(settings: Settings, folder: Path) -> None:
    """Take a folder away: out of the way first, so that the gate never meets it again where a kill leaves half of it."""
    if folder.is_dir():
        aside = new_aside(settings, "erasing")
        folder.rename(aside / folder.name)
        shutil.rmtree(aside)


def _is_of(receipt: Path, delivery_id: str) -> bool:
    return read_receipt(receipt).delivery_id == delivery_id or receipt.parent.name.startswith(f"{delivery_id}-refused-")


def _rows(folder: Path) -> int:
    """Accepted rows, where the folder has a receipt."""
    return sum(f.accepted_count for f in read_receipt(folder / RECEIPT).files) if (folder / RECEIPT).exists() else 0


def _place(settings: Settings, path: Path) -> str:
    return without_ids(path.relative_to(settings.home).as_posix())


def _check_reference(reference: str) -> None:
    if not reference.strip():
        raise UserError("--reference: say which decision the erasure follows, such as a case number.")
    if any(status(word) == "valid" for word in reference.split() for status in (id_status, duf_status)):
        raise UserError("--reference: must not hold a person's number; the log is kept.")


def _log(settings: Settings, what: str, reference: str, today: dt.date, found: list[Erased]) -> None:
    """One line for each step of an erasure."""
    entry = {
        "day": today.isoformat(),
        "what": what,
        "reference": reference,
        "removed": [asdict(e) for e in found],
        "rebuilt": "by the next night",
    }
    handle = os.open(settings.home / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
