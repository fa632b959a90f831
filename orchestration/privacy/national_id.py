"""The Norwegian national id: which ones are whole, which are wrong and which are placeholders.

Belongs here: the check itself, once in SQL (for data) and once in Python (for tests and generators).
Does not belong here: what becomes of an id (``pseudonym``).

Eleven digits: day, month, two-digit year, individual number, two check digits (modulus 11). A D-number (D-nummer) adds 40 to the
day; synthetic ids add 40, 65 or 80 to the month.
"""

from __future__ import annotations

import datetime as dt
import re

from orchestration.privacy.duf_number import duf_status_sql

PLACEHOLDER_ENDINGS = ("00100", "00200", "99999")
STATUSES = ("valid", "invalid_check_digits", "missing", "placeholder")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_MONTH_SHIFTS = (80, 65, 40)


def check_digits(first_nine: str) -> str | None:
    """The two check digits of nine digits; ``None`` where the number cannot be given out."""
    digits = [int(c) for c in first_nine]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        check = -sum(w * d for w, d in zip(weights[:-1], digits, strict=True)) % 11
        if check == 10:
            return None
        digits.append(check)
    return f"{digits[-2]}{digits[-1]}"


def id_status(text: str | None) -> str:
    """Status of an id as delivered; a space between date and number is allowed."""
    number = (text or "").replace(" ", "")
    if not number:
        return "missing"
    if not (len(number) == 11 and number.isascii() and number.isdigit()):
        return "invalid_check_digits"
    if number.endswith(PLACEHOLDER_ENDINGS):
        return "placeholder"
    return "valid" if _is_date(number) and check_digits(number[:9]) == number[9:] else "invalid_check_digits"


def _is_date(number: str) -> bool:
    day, month, year = int(number[:2]), int(number[2:4]), int(number[4:6])
    day -= 40 if day > 40 else 0
    month -= next((shift for shift in _MONTH_SHIFTS if month > shift), 0)
    try:
        dt.date(2000 + year, month, day)  # 2000 is a leap year, as lenient as the two digits of the year demand
    except ValueError:
        return False
    return True


def normalised_sql(column: str) -> str:
    """SQL of the id as it is compared: without spaces, empty as NULL."""
    return f"nullif(replace({column}, ' ', ''), '')"


def date_sql(number: str) -> str:
    """SQL of the date in eleven digits, in this century, NULL where they hold none."""
    day = f"(CAST(substr({number}, 1, 2) AS INTEGER) - CASE WHEN substr({number}, 1, 1) >= '4' THEN 40 ELSE 0 END)"
    month_digits = f"CAST(substr({number}, 3, 2) AS INTEGER)"
    shift = " ".join(f"WHEN {month_digits} > {s} THEN {s}" for s in _MONTH_SHIFTS)
    month = f"({month_digits} - CASE {shift} ELSE 0 END)"
    return f"TRY_CAST('20' || substr({number}, 5, 2) || '-' || {month} || '-' || {day} AS DATE)"


def status_sql(number: str) -> str:
    """SQL of the status of a normalised id."""

    def weighted(weights: tuple[int, ...]) -> str:
        return " + ".join(f"{w} * (CAST({number} AS BIGINT) // {10 ** (10 - i)} % 10)" for i, w in enumerate(weights))

    date, endings = date_sql(number), ", ".join(f"'{e}'" for e in PLACEHOLDER_ENDINGS)
    return f"""CASE
        WHEN {number} IS NULL THEN 'missing'
        WHEN NOT regexp_full_match({number}, '[0-9]{{11}}') THEN 'invalid_check_digits'
        WHEN right({number}, 5) IN ({endings}) THEN 'placeholder'
        WHEN ({weighted(_FIRST_WEIGHTS)}) % 11 <> 0 OR ({weighted(_SECOND_WEIGHTS)}) % 11 <> 0 OR {date} IS NULL THEN 'invalid_check_digits'
        ELSE 'valid' END"""


_WRITTEN = "[0-9]{6}[^0-9A-Za-z]{0,3}[0-9]{5}"


def holds_id_sql(text: str) -> str:
    """SQL that is true where a valid national id or DUF number stands in a text; up to three signs may part date and number.

    Signs other than digits are doubled first, so that two ids may share the one between them. Of DUF numbers those are seen that begin
    with the year they were given out: a local key of twelve digits is seldom one.
    """
    doubled = f"regexp_replace({text}, '([^0-9])', '\\1\\1', 'g')"
    numbers = f"regexp_extract_all({doubled}, '(?:^|[^0-9])([0-9]{{6}}(?:[^0-9A-Za-z]{{2}}){{0,3}}[0-9]{{5}})(?:[^0-9]|$)', 1)"
    bare = f"list_transform({numbers}, lambda written: regexp_replace(written, '[^0-9]', '', 'g'))"
    found = f"len(list_filter({bare}, lambda number: ({status_sql('number')}) = 'valid')) > 0"
    duf_numbers = f"regexp_extract_all({doubled}, '(?:^|[^0-9])((?:19[89]|20[0-9])[0-9]{{9}})(?:[^0-9]|$)', 1)"
    found += f" OR len(list_filter({duf_numbers}, lambda duf: ({duf_status_sql('duf')}) = 'valid')) > 0"
    return f"CASE WHEN length({text}) >= 11 AND regexp_matches({text}, '{_WRITTEN}') THEN {found} ELSE false END"


def without_ids(text: str) -> str:
    """A text with every number that has the form of an id taken out, valid or not: for names of folders and the like in messages."""
    return re.sub(f"(?<![0-9]){_WRITTEN}(?![0-9])", "#", text)
