"""The form as the CSV file that is handed in: the files of source ``form_return``, which next year's form reads as what was sent.

Belongs here: the columns of that file. Does not belong here: handing it in (``sent``).
"""

from __future__ import annotations

import csv
import io

from orchestration.form_13.model import Form
from orchestration.spreadsheet import harmless

_COLUMNS = ("municipality_code", "year", "counted_date", "covered_office", "line_id", "label_nb", "line_count", "symbol")
SPREADSHEET_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # a spreadsheet takes the file for UTF-8


def return_text(form: Form) -> str:
    """A row for each line; a line that cannot be told has a symbol and no number."""
    target = io.StringIO()
    target.write(SPREADSHEET_MARK)
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    same = (form.municipality_code, form.year, form.reference_date, "all")
    writer.writerows(
        [*same, line.line_id, harmless(line.label_nb), "" if line.count is None else line.count, line.symbol or ""] for line in form.lines
    )
    return target.getvalue()
