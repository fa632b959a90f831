"""Forms that were sent: kept as they went out, with what they were made of.

Belongs here: keeping a form, handing it in as what was sent, listing those kept. Does not belong here: keeping their builds
(``warehouse.pins``), making files (``files``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.arrivals.manifest import MANIFEST, read_manifest
from orchestration.form_13.files import FORMATS, written
from orchestration.form_13.model import Form
from orchestration.handing_in.deliver import deliver
from orchestration.handing_in.placing import Placed
from orchestration.handing_in.plan import Said
from orchestration.resources.lock import night_lock
from orchestration.settings import Settings, UserError, make_folder
from orchestration.warehouse.build import WAREHOUSE
from orchestration.warehouse.pins import RELEASED, sent_notes, write_sent_notes

_SOURCE = "form_return"


@dataclass(frozen=True)
class Sent:
    """A form that was kept: where, and how it was handed in for the reconciliation and for next year's form."""

    folder: Path
    files: tuple[Path, ...]
    handed_in: Sequence[Placed]


def send(settings: Settings, form: Form, now: dt.datetime) -> Sent:
    """Keep a form as sent, with its build, and put its CSV file into landing."""
    with night_lock(settings, 0):
        if not (settings.builds / form.made.build_id / WAREHOUSE).is_file():
            raise UserError(
                f"Build {form.made.build_id} of the release in use is no longer kept, so that the form could not be explained. "
                "Run fjernlys nightly first."
            )
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
        csv = part / f"{form.name}.csv"
        to_hand_in = part / _name_in_landing(settings, form, hashlib.sha256(contents[csv.name]).hexdigest(), folder.name)
        csv.rename(to_hand_in)
        said = Said(form.municipality_code, form.reference_date, received_at=now, source=_SOURCE)
        handed_in = deliver(settings, [to_hand_in], said)
        to_hand_in.rename(csv)
        part.replace(folder)
    return Sent(folder, tuple(folder / name for name in contents), handed_in)


def _name_in_landing(settings: Settings, form: Form, sha256: str, number: str) -> str:
    """What the return is called when it is handed in: as the one that counts now where it is the same, so that it is recognised.

    Else it has the number of the form in its name: a return that was sent before and corrected since counts again.
    """
    returns = []
    for path in settings.landing.glob(f"{_SOURCE}/{form.municipality_code}/*/{MANIFEST}"):
        with contextlib.suppress(UserError, OSError):  # the arrival gate tells what is wrong with it
            found = read_manifest(path.parent)
            if found.period_start.year <= form.year <= found.period_end.year:
                returns.append(found)
    newest = max(returns, key=lambda found: (found.received_at, found.delivery_id), default=None)
    same = [file.name for file in newest.files if file.sha256 == sha256] if newest else []
    return same[0] if same else f"{form.name}_{number}.csv"


def kept_forms(settings: Settings) -> list[tuple[Path, dict, str]]:
    """Forms that were sent, with folder, notes and the state of the build; those of a municipality in the order in which they were sent."""
    found = [(folder, notes, _state(settings, notes)) for folder, notes in sent_notes(settings)]
    return sorted(found, key=lambda form: (form[1]["year"], form[1]["municipality_code"], form[1]["number"]))


def let_build_go(settings: Settings, name: str, today: dt.date) -> str:
    """Keep a form's build no longer, where the form was sent anew since; returns the id of the build. ``name`` is 2024/1811/1."""
    with night_lock(settings, 0):
        found = {
            f"{notes['year']}/{notes['municipality_code']}/{notes['number']}": (folder, notes) for folder, notes in sent_notes(settings)
        }
        if name not in found:
            raise UserError(f"--drop: no form {name} was sent. Write year/municipality/number; those there are: fjernlys forms")
        folder, notes = found[name]
        same = [
            each for _, each in found.values() if (each["year"], each["municipality_code"]) == (notes["year"], notes["municipality_code"])
        ]
        if notes["number"] == max(each["number"] for each in same):
            raise UserError(f"--drop: {name} is the last form that was sent of that municipality and year; its build stays.")
        write_sent_notes(folder, {**notes, RELEASED: today.isoformat()})
        return notes["build_id"]


def _state(settings: Settings, notes: dict) -> str:
    """Whether the build is kept for the form."""
    if "build_erased" in notes:
        return "erased"
    if RELEASED in notes:
        return "let go"
    return "kept" if (settings.builds / notes["build_id"]).is_dir() else "gone"
