"""The forms of all municipalities for a year, in the data home.

Belongs here: the folder of a year and replacing it whole. Does not belong here: making files (``files``), forms that were sent (``sent``).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.form_13.files import FORMATS, forms_asked_for, write_forms, write_overview
from orchestration.form_13.model import Form
from orchestration.settings import Settings, make_folder

CURRENT = "current"


def write_year(settings: Settings, year: int) -> tuple[list[Form], Path]:
    """Write the forms of a year beside, then put them in the place of the earlier ones."""
    forms = forms_asked_for(settings, None, year)
    make_folder(settings.forms, 0o700)  # counts of a few people
    folder = settings.forms / str(year) / CURRENT
    part = folder.with_name(f".{CURRENT}.part")
    shutil.rmtree(part, ignore_errors=True)
    for _ in write_forms(settings, forms, part, FORMATS):
        pass
    write_overview(forms, part)
    shutil.rmtree(folder, ignore_errors=True)
    part.replace(folder)
    return forms, folder
