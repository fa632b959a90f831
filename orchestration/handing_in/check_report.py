"""The report of a checked delivery on its way out: text, JSON or page, to the screen or to a file.

Belongs here: choosing the form and writing the file. Does not belong here: the forms themselves (``check_text``, ``check_page``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.handing_in.check_page import as_page
from orchestration.handing_in.check_text import as_text
from orchestration.handing_in.checking import CheckReport
from orchestration.settings import UserError

_FORMS: dict[str, Callable[[CheckReport], str]] = {
    "text": as_text,
    "json": lambda report: json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n",
    "html": as_page,
}


def write_report(form: str, out: Path | None) -> Callable[[CheckReport], None]:
    """What writes the report; a wrong form or place is told before the check is run."""
    if form not in _FORMS:
        raise UserError(f"--format: must be one of {', '.join(_FORMS)}.")
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        raise UserError(f"--out: {out} must be a file in a folder that exists.")

    def write(report: CheckReport) -> None:
        text = _FORMS[form](report)
        if out is None:
            sys.stdout.write(text)
            return
        part = out.with_name(f".{out.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(out)
        print(f"{report.verdict.replace('_', ' ').capitalize()}: the report is in {out}")

    return write
