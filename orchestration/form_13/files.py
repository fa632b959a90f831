"""From what is asked for to files in a folder.

Belongs here: which files a form makes, writing them whole, and many at a time. Does not belong here: what is in them.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from orchestration.form_13.asked import asked, release_in_use
from orchestration.form_13.model import Form
from orchestration.form_13.reading import read_forms
from orchestration.form_13.return_file import SPREADSHEET_MARK, return_text
from orchestration.form_13.web_page import page_text
from orchestration.released import open_release
from orchestration.settings import Settings, UserError, make_folder
from orchestration.spreadsheet import harmless

_OVERVIEW = (
    *("municipality_code", "municipality_name", "missing_line_count", "broken_control_count", "unlikely_line_count"),
    *("missing_lines", "broken_controls", "unlikely_lines"),
)
FORMATS = ("xlsx", "csv", "html")
_AT_ONCE = 50  # municipalities whose rows are compared with last year's in memory
_A_FEW = 8  # forms that one process makes as fast as starting more of them would take


def wanted_formats(text: str) -> tuple[str, ...]:
    """Formats as a user writes them, with commas between."""
    wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if wrong := [part for part in wanted if part not in FORMATS]:
        raise UserError(f"--format: '{wrong[0]}' is not a format. Write one or more of {','.join(FORMATS)}.")
    return wanted


def forms_asked_for(settings: Settings, municipality: str | None, year: int | None) -> list[Form]:
    """The form of a municipality, or those of all that have one."""
    import duckdb

    release = release_in_use(settings)
    with open_release(settings, "analyst") as con:
        try:
            found = asked(settings, con, municipality, year)
            some = (found.codes[start : start + _AT_ONCE] for start in range(0, len(found.codes), _AT_ONCE))
            return [form for codes in some for form in read_forms(con, release, codes, found.year)]
        except (duckdb.CatalogException, duckdb.IOException):
            raise UserError(f"Release {release.path.name} was made before it held forms. Run: fjernlys nightly") from None


def written(form: Form, kind: str) -> bytes:
    """A form as one of its files."""
    if kind == "xlsx":
        from orchestration.form_13.workbook import workbook_bytes

        return workbook_bytes(form)
    return {"csv": return_text, "html": page_text}[kind](form).encode("utf-8")


def write_form(form: Form, folder: Path, kinds: Sequence[str]) -> list[Path]:
    """Write the files of a form; each is whole or not there."""
    paths = []
    for kind in kinds:
        path = folder / f"{form.name}.{kind}"
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        part.write_bytes(written(form, kind))
        part.replace(path)
        paths.append(path)
    return paths


def write_overview(forms: Sequence[Form], folder: Path) -> Path:
    """A row for each form, beside the forms of a year: which lines are missing, controls not met, unlikely lines."""
    target = io.StringIO()
    target.write(SPREADSHEET_MARK)
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(_OVERVIEW)
    for form in forms:
        ids = (line.line_id for line in form.missing), (control.control_id for control in form.broken), form.unlikely_lines
        found = [list(some) for some in ids]
        writer.writerow(
            [form.municipality_code, harmless(form.municipality_name), *(len(some) for some in found), *(_listed(some) for some in found)]
        )
    path = folder / f"skjema13_{forms[0].year}.csv"
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(target.getvalue(), encoding="utf-8", newline="")
    part.replace(path)
    return path


def _listed(ids: Sequence[str]) -> str:
    """Numbers of lines with a word before, so that a spreadsheet does not take one for a day."""
    return f"nr. {' '.join(ids)}" if ids else ""


def write_forms(
    settings: Settings, forms: Sequence[Form], folder: Path, kinds: Sequence[str], progress: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[Form, list[Path]]]:
    """Write the files of many forms, on as many processes as the settings allow threads."""
    make_folder(folder)
    try:
        if len(forms) <= _A_FEW or settings.threads == 1:
            for number, form in enumerate(forms, 1):
                progress(f"{number} of {len(forms)}: {form.municipality_code} {form.municipality_name}")
                yield form, write_form(form, folder, kinds)
            return
        with ProcessPoolExecutor(settings.threads, mp_context=get_context("spawn")) as pool:
            made = pool.map(partial(write_form, folder=folder, kinds=kinds), forms, chunksize=4)
            for number, (form, paths) in enumerate(zip(forms, made, strict=True), 1):
                progress(f"{number} of {len(forms)}: {form.municipality_code} {form.municipality_name}")
                yield form, paths
    except OSError as error:
        raise UserError(f"{folder}: the files cannot be written ({error.strerror or error}).") from None
