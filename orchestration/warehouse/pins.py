"""Builds that stay because a form that was sent is made of them.

Belongs here: which builds those are, and what a form is told when the law takes its build away. Does not belong here: sending a form
(``form_13.sent``), taking builds away (``build``, ``custody.erasure``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from orchestration.settings import Settings

NOTES = "form.json"  # beside the files of a form that was sent


def sent_notes(settings: Settings) -> Iterator[tuple[Path, dict]]:
    """Every form that was sent, oldest year first: its folder and its notes."""
    for path in sorted(settings.forms.glob(f"[0-9]*/[0-9]*/[0-9]*/{NOTES}")):
        yield path.parent, json.loads(path.read_text(encoding="utf-8"))


def write_sent_notes(folder: Path, notes: dict) -> None:
    """Write the notes of a form, whole or not at all."""
    part = folder / f".{NOTES}.part"
    part.write_text(json.dumps(notes, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(folder / NOTES)


def pinned_builds(settings: Settings) -> set[str]:
    """Ids of the builds that sent forms are made of."""
    return {notes["build_id"] for _, notes in sent_notes(settings)}


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
