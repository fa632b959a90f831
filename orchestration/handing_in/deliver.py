"""``fjernlys deliver``: files that a person names become deliveries in landing.

Belongs here: the order of the steps and what the person is told. Does not belong here: recognising (``plan``) and copying (``placing``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.handing_in.names import shown
from orchestration.handing_in.placing import Placed, place
from orchestration.handing_in.plan import Said, named_files, plan
from orchestration.settings import Settings


def deliver(settings: Settings, paths: Sequence[Path], said: Said, dry_run: bool = False) -> list[Placed]:
    """Hand in files; the originals stay where they are."""
    with named_files(settings, paths) as files:
        return [place(settings, handed, dry_run) for handed in plan(settings, files, said)]


def told(placed: Placed, dry_run: bool = False) -> Iterator[str]:
    """What became of one delivery, line by line."""
    manifest = placed.manifest
    what = f"{manifest.source} of {manifest.supplier}, {manifest.period_start} to {manifest.period_end}"
    if placed.known:
        yield f"Known: {what}: {placed.known}. Nothing is handed in twice."
        return
    yield f"{'Would hand in' if dry_run else 'Handed in'}: {what}, received {manifest.received_at.isoformat(' ')}"
    for file in manifest.files:
        yield f"  {shown(file.name)}  {file.size} bytes"
    yield f"  {'would lie' if dry_run else 'lies'} in {placed.folder}"
