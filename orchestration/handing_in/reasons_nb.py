"""Reasons of the row rules in Norwegian, for the page that goes to a supplier.

Belongs here: phrases that the gate writes and what they are in Norwegian. Does not belong here: the rules (``arrivals.rules``).
A phrase that is not known stays in English: a reason is never left out.
"""

from __future__ import annotations

import re

_PHRASES = (
    (
        r"the line must have (\d+) fields; a quotation mark that is opened must be closed on the line",
        r"linjen skal ha \1 felt; et anførselstegn som åpnes, må lukkes på samme linje",
    ),
    (r"the field is part of the key and must not be empty", "feltet er del av nøkkelen og kan ikke være tomt"),
    (r"the field must not be empty", "feltet kan ikke være tomt"),
    (r"must be a date as YYYY-MM-DD", "skal være en dato på formen ÅÅÅÅ-MM-DD"),
    (r"must be a date as DDMMYYYY", "skal være en dato på formen DDMMÅÅÅÅ"),
    (r"must be a date as DDMMYY", "skal være en dato på formen DDMMÅÅ"),
    (r"must be a date as ", "skal være en dato på formen "),
    (r"must be a whole number or one of ", "skal være et helt tall eller ett av "),
    (r"must be a whole number", "skal være et helt tall"),
    (r"must be a number with a? ?decimal point", "skal være et tall med desimalpunktum"),
    (r"must be a number with a? ?decimal comma", "skal være et tall med desimalkomma"),
    (r", not below ([\d.]+)", r", ikke under \1"),
    (r", not above ([\d.]+)", r", ikke over \1"),
    (r"must be 0 or 1", "skal være 0 eller 1"),
    (r"must be one of ", "skal være en av "),
    (r"must have the form ", "skal ha formen "),
    (
        r"must not hold a national id; those belong in the id columns alone",
        "skal ikke inneholde fødselsnummer; de hører bare hjemme i kolonnene for fødselsnummer",
    ),
    (r"must be the municipality code of the supplier", "skal være leverandørens eget kommunenummer"),
    (r"must not lie before ", "skal ikke ligge før "),
    (r"the key \((.*)\) stands on an earlier line of the file", r"nøkkelen (\1) står på en tidligere linje i filen"),
)
_STATUSES = {
    "missing": "mangler fødselsnummer",
    "placeholder": "plassholder i stedet for fødselsnummer",
    "invalid_check_digits": "fødselsnummer med feil kontrollsiffer",
}


def in_norwegian(reason: str) -> str:
    """A reason with every known phrase in Norwegian."""
    for english, norwegian in _PHRASES:
        reason = re.sub(english, norwegian, reason)
    return reason


def status_in_norwegian(status: str) -> str:
    """Why a row links to nobody."""
    return _STATUSES.get(status, status.replace("_", " "))
