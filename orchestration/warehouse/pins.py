"""Builds that stay because a form that was sent is made of them.

Belongs here: which builds those are, and what a form is told when its build goes. Does not belong here: sending a form
(``form_13.sent``), taking builds away (``build``, ``custody.erasure``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from orchestration.outcome import Outcome
from orchestration.settings import Settings

NOTES = "form.json"  # beside the files of a form that was sent
RELEASED = "build_released"
_NEEDED = {"build_id", "municipality_code", "year", "number"}


def sent_notes(settings: Settings) -> Iterator[tuple[Path, dict]]:
    """Every form that was sent and whose notes can be read, oldest year first: its folder and its notes."""
    for folder, notes in _all_notes(settings):
        if notes is not None:
            yield folder, notes


def unreadable_forms(settings: Settings) -> list[Outcome]:
    """A warning for each form whose notes cannot be read: nobody can tell which build it is made of."""
    return [
        Outcome(
            f"forms/{folder.relative_to(settings.forms)}",
            NOTES,
            passed=False,
            severity="warn",
            detail="cannot be read, so that nobody can tell which build the form is made of: every build is kept. "
            "Put the file back, or take the folder away.",
        )
        for folder, notes in _all_notes(settings)
        if notes is None
    ]


def write_sent_notes(folder: Path, notes: dict) -> None:
    """Write the notes of a form, whole or not at all."""
    part = folder / f".{NOTES}.part"
    part.write_text(json.dumps(notes, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(folder / NOTES)


def pinned_builds(settings: Settings) -> set[str]:
    """Ids of the builds that stay: those that sent forms are made of, and all there are where a form's notes cannot be read."""
    if unreadable_forms(settings):
        return {path.name for path in settings.builds.glob("*") if path.is_dir()}
    return {notes["build_id"] for _, notes in sent_notes(settings) if RELEASED not in notes}


def kept_for_forms(settings: Settings) -> list[str]:
    """Those of them that are there."""
    return sorted(build_id for build_id in pinned_builds(settings) if (settings.builds / build_id).is_dir())


def _all_notes(settings: Settings) -> Iterator[tuple[Path, dict | None]]:
    for path in sorted(settings.forms.glob(f"[0-9]*/[0-9]*/[0-9]*/{NOTES}")):
        try:
            notes = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            notes = None
        yield path.parent, notes if isinstance(notes, dict) and notes.keys() >= _NEEDED else None


def tell_erased(settings: Settings, build_ids: Collection[str], reference: str, today: dt.date) -> None:
    """Write into the notes of the forms made of these builds that the rows behind them are gone, and by which decision."""
    for folder, notes in sent_notes(settings):
        if notes["build_id"] in build_ids:
            write_sent_notes(folder, {**notes, "build_erased": {"day": today.isoformat(), "reference": reference}})


def why_erased(settings: Settings, build_id: str) -> str:
    """A sentence where an erasure took away a build that a sent form is made of, else empty."""
    for folder, notes in sent_notes(settings):
        if notes["build_id"] == build_id and "build_erased" in notes:
            erased = notes["build_erased"]
            return (
                f"Build {build_id} was taken away on {erased['day']} by an erasure ({erased['reference']}). "
                f"The form that was sent of it stays in {folder}; the rows behind it cannot be shown."
            )
    return ""
