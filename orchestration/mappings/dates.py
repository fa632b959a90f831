"""Forms of dates in a mapping, such as ``dd.MM.yyyy``: reading the form, and the SQL that turns such a text into ``yyyy-MM-dd``.

Belongs here: one form. Does not belong here: which forms a field is tried with (``conversion``).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

EXCEL = "excel"  # days since 30 December 1899, as a workbook saved as text leaves them
_TOKENS = {"yyyy": "[0-9]{4}", "yy": "[0-9]{2}", "MM": "[0-9]{2}", "M": "[0-9]{1,2}", "dd": "[0-9]{2}", "d": "[0-9]{1,2}"}
_TOKENS |= {"HH": "[0-9]{2}", "H": "[0-9]{1,2}", "mm": "[0-9]{2}", "ss": "[0-9]{2}"}
_TOKEN = re.compile("yyyy|yy|MM|M|dd|d|HH|H|mm|ss")
_PART = {"yyyy": "year", "yy": "year", "MM": "month", "M": "month", "dd": "day", "d": "day"}


@dataclass(frozen=True)
class DateForm:
    """A form that can be read: the expression of its texts, which group holds which part, and where those stand if they stand fast."""

    form: str
    pattern: str
    year: int
    month: int
    day: int
    has_two_digit_year: bool
    places: tuple[tuple[int, int], ...] | None = None  # first position and length of each group

    def iso(self, text: str, century_from: int | None) -> str | None:
        """The date in a text as ``yyyy-MM-dd``, ``None`` where it is not one in this form."""
        found = re.fullmatch(self.pattern, text)
        if not found:
            return None
        year = int(found[self.year])
        if self.has_two_digit_year:
            year += 1900 if year >= (century_from or 0) else 2000
        try:
            return dt.date(year, int(found[self.month]), int(found[self.day])).isoformat()
        except ValueError:
            return None

    def iso_sql(self, text: str, century_from: int | None) -> str:
        """SQL of the same: NULL where the text does not have the form or is no day of the calendar."""
        part = {name: self._part_sql(text, getattr(self, name)) for name in ("year", "month", "day")}
        year = part["year"]
        if self.has_two_digit_year:
            year = f"CASE WHEN {year} >= '{century_from or 0:02d}' THEN '19' ELSE '20' END || {year}"
        iso = f"({year}) || '-' || lpad({part['month']}, 2, '0') || '-' || lpad({part['day']}, 2, '0')"
        return f"CASE WHEN regexp_full_match({text}, '{self.pattern}') THEN CAST(TRY_CAST({iso} AS DATE) AS VARCHAR) END"

    def _part_sql(self, text: str, group: int) -> str:
        if self.places is None:
            return f"regexp_extract({text}, '{self.pattern}', {group})"
        first, length = self.places[group - 1]
        return f"substring({text}, {first}, {length})"


def read_form(form: str) -> DateForm | None:
    """The form as written in a mapping; ``None`` where it does not hold one year, one month and one day."""
    pattern, places, rest = "", {}, 0
    for group, token in enumerate(_TOKEN.finditer(form), 1):
        between = form[rest : token.start()]
        if re.search("[A-SU-Za-z0-9]", between):
            return None
        pattern += re.escape(between).replace("'", "''")
        part = _PART.get(token[0])
        if part in places:
            return None
        if part:
            places[part] = group
        pattern += f"({_TOKENS[token[0]]})"
        rest = token.end()
    if len(places) != 3 or re.search("[A-Za-z0-9]", form[rest:]):
        return None
    stand_fast = tuple((t.start() + 1, len(t[0])) for t in _TOKEN.finditer(form))
    fast = all(length in (2, 4) for _, length in stand_fast)
    pattern += re.escape(form[rest:])
    return DateForm(form, pattern, **places, has_two_digit_year="yyyy" not in form, places=stand_fast if fast else None)


def excel_sql(text: str) -> str:
    """SQL of the day that a workbook's day number means, from 1900 to 2199."""
    number = f"TRY_CAST(regexp_extract({text}, '^[0-9]+') AS INTEGER)"
    day = f"CAST(DATE '1899-12-30' + {number} AS VARCHAR)"
    return f"CASE WHEN regexp_full_match({text}, '[0-9]{{2,6}}([.,]0+)?') AND {number} BETWEEN 61 AND 109574 THEN {day} END"
