"""A new pseudonym key: raw is loaded anew from landing beside the old one, and then the two are switched at once.

Belongs here: the order of the steps and what must be true before the switch. Does not belong here: the key itself (``privacy.pseudonym``)
and loading (``arrivals.gate``).

A kill at any time leaves a whole generation in use: before the switch the old one (asking again goes on with the same new key), after it
the new one (``privacy.pseudonym`` adopts the key that raw was loaded with; asking again takes the old generation away).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from orchestration.arrivals.gate import run_gate
from orchestration.arrivals.ledger import Receipt, read_receipts
from orchestration.custody.landing import held_deliveries
from orchestration.handing_in.placing import sync
from orchestration.privacy.pseudonym import key_id, load_key, next_key, next_key_file
from orchestration.resources.lock import night_lock
from orchestration.settings import Settings, UserError


@dataclass(frozen=True)
class Rotation:
    """What a change of key did. ``changed`` are deliveries of which other rows were accepted than before: rules have changed since."""

    old_key_id: str
    new_key_id: str
    deliveries: int
    rows: int
    changed: tuple[str, ...]


def rotate_key(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Rotation:
    """Load what landing holds under a new key and switch to it. Raises ``UserError``, with nothing switched, where that cannot be whole."""
    with night_lock(settings, 0):
        old = key_id(load_key(settings))
        known = {r.delivery_id: r for r in read_receipts(settings) if r.status == "accepted"}
        if not known:
            raise UserError(f"{settings.raw} holds no delivery: there is nothing to load under a new key.")
        gone = sorted(known.keys() - held_deliveries(settings).keys())
        if gone:
            raise UserError(
                f"{len(gone)} of {len(known)} deliveries are no longer whole in landing, where a new key would read them:\n"
                f"{_listed(gone)}\n"
                "Put them back into landing, or take them out of the warehouse with: fjernlys erase --delivery ID"
            )
        new = key_id(next_key(settings))
        anew = replace(settings, key_file=next_key_file(settings.key_file), generation=new)
        _remove_other_generations(settings, keep=new)
        progress(f"loading {len(known)} deliveries under key {new}")
        run_gate(anew, progress)
        loaded = {r.delivery_id: r for r in read_receipts(anew) if r.status == "accepted"}
        if missing := sorted(known.keys() - loaded.keys()):
            raise UserError(
                f"Nothing is switched: {len(missing)} deliveries that are in use were not accepted under the new key:\n{_listed(missing)}\n"
                f"The reasons are in {anew.quarantine}. The rules may have changed since; mend, then run again."
            )
        _switch(settings, new)
        load_key(settings)  # the new key takes the old one's place
        _remove_other_generations(settings)
        changed = tuple(i for i in sorted(known) if _counts(known[i]) != _counts(loaded[i]))
        return Rotation(old, new, len(loaded), sum(f.accepted_count for r in loaded.values() for f in r.files), changed)


def _counts(receipt: Receipt) -> list[tuple]:
    return sorted((f.file_name, f.entity, f.line_count, f.accepted_count, f.quarantined_count, f.excluded_count) for f in receipt.files)


def _listed(names: Iterable[str]) -> str:
    return "\n".join(f"  {name}" for name in names)


def _switch(settings: Settings, generation: str) -> None:
    part = settings.generation_file.with_suffix(".part")
    part.write_text(generation + "\n", encoding="ascii")
    sync(part)
    part.replace(settings.generation_file)
    sync(settings.home)


def _remove_other_generations(settings: Settings, keep: str | None = None) -> None:
    """Take away raw and quarantine of generations that are neither in use nor being loaded."""
    kept = {settings.raw, settings.quarantine}
    if keep:
        anew = replace(settings, generation=keep)
        kept |= {anew.raw, anew.quarantine}
    for name in ("raw", "quarantine"):
        for folder in (settings.home / name, *settings.home.glob(f"{name}.*")):
            if folder.is_dir() and folder not in kept:
                shutil.rmtree(folder)
