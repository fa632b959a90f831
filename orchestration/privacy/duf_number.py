"""The DUF number (DUF-nummer) of the immigration authorities: which ones are whole, which are wrong and which are placeholders.

Belongs here: the check itself, once in SQL (for data) and once in Python (for tests and generators).
Does not belong here: the national id (``national_id``); a DUF number is a number space of its own and never becomes the same pseudonym.

Twelve digits: ten, and two check digits that are the weighted sum of the ten modulus 11.
"""

from __future__ import annotations

_WEIGHTS = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)


def duf_check_digits(first_ten: str) -> str:
    """The two check digits of ten digits."""
    return f"{sum(w * int(c) for w, c in zip(_WEIGHTS, first_ten, strict=True)) % 11:02d}"


def duf_status(text: str | None) -> str:
    """Status of a number as delivered, as one of the statuses of a national id; spaces do no harm."""
    number = (text or "").replace(" ", "")
    if not number:
        return "missing"
    if not (len(number) == 12 and number.isascii() and number.isdigit()):
        return "invalid_check_digits"
    if len(set(number)) == 1:
        return "placeholder"
    return "valid" if duf_check_digits(number[:10]) == number[10:] else "invalid_check_digits"


def duf_status_sql(number: str) -> str:
    """SQL of the status of a number without spaces."""
    weighted = " + ".join(f"{w} * (CAST({number} AS BIGINT) // {10 ** (11 - i)} % 10)" for i, w in enumerate(_WEIGHTS))
    return f"""CASE
        WHEN {number} IS NULL THEN 'missing'
        WHEN NOT regexp_full_match({number}, '[0-9]{{12}}') THEN 'invalid_check_digits'
        WHEN replace({number}, left({number}, 1), '') = '' THEN 'placeholder'
        WHEN ({weighted}) % 11 <> CAST(right({number}, 2) AS INTEGER) THEN 'invalid_check_digits'
        ELSE 'valid' END"""
