"""Forms that were sent: kept as they went out, with what they were made of.

Belongs here: keeping a form, handing it in as what was sent, listing those kept. Does not belong here: keeping their builds
(``warehouse.pins``), making files (``files``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.form_13.files import FORMATS, written
from orchestration.form_13.model import Form
from orchestration.handing_in.deliver import deliver
from orchestration.handing_in.placing import Placed
from orchestration.handing_in.plan import Said
from orchestration.resources.lock import night_lock
from orchestration.settings import Settings, UserError, make_folder
from orchestration.warehouse.build import WAREHOUSE
from orchestration.warehouse.pins import sent_notes, write_sent_notes

_SOURCE = "form_return"


@dataclass(frozen=True)
class Sent:
    """A form that was kept: where, and how it was handed in for the reconciliation and for next year's form."""

    folder: Path
    files: tuple[Path, ...]
    handed_in: Sequence[Placed]


def send(settings: Settings, form: Form, now: dt.datetime) -> Sent:
    """Keep a form as sent, with its build, and put its CSV file into landing."""
    if not (settings.builds / form.made.build_id / WAREHOUSE).is_file():
        raise UserError(
            f"Build {form.made.build_id} of the release in use is no longer kept, so that the form could not be explained. "
            "Run fjernlys nightly first."
        )
    with night_lock(settings, 0):
        make_folder(settings.forms, 0o700)  # counts of a few people
        of_municipality = settings.forms / str(form.year) / form.municipality_code
        numbers = [int(path.name) for path in of_municipality.glob("[0-9]*")]
        folder = of_municipality / str(max(numbers, default=0) + 1)
        part = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        contents = {f"{form.name}.{kind}": written(form, kind) for kind in FORMATS}
        for name, content in contents.items():
            (part / name).write_bytes(content)
        write_sent_notes(
            part,
            {
                "municipality_code": form.municipality_code,
                "municipality_name": form.municipality_name,
                "year": form.year,
                "number": int(folder.name),
                "sent_at": now.isoformat(timespec="seconds"),
                "build_id": form.made.build_id,
                "release": form.made.release,
                "as_of": form.made.as_of.isoformat(),
                "known_at": form.made.known_at.isoformat(),
                "code_sha256": form.made.code_sha256,
                "files": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
            },
        )
        said = Said(form.municipality_code, form.reference_date, received_at=now, source=_SOURCE)
        handed_in = deliver(settings, [part / f"{form.name}.csv"], said)
        part.replace(folder)
    return Sent(folder, tuple(folder / name for name in contents), handed_in)


def kept_forms(settings: Settings) -> list[tuple[Path, dict]]:
    """Forms that were sent, with their folders; those of a municipality in the order in which they were sent."""
    found = sent_notes(settings)
    return sorted(found, key=lambda form: (form[1]["year"], form[1]["municipality_code"], form[1]["number"]))
