"""What is said of a form in the command, the workbook and the page alike, in Norwegian.

Belongs here: words for its controls and for what was sent. Does not belong here: tables (``sheets``), single values (``words``).
"""

from __future__ import annotations

from orchestration.form_13.model import Form, Return
from orchestration.form_13.words import day

THIS_FORM, WRONG_SUMS, UNLIKELY = "Dette skjemaet", "Sammenhenger som ikke stemmer", "Linjer som er uvanlige"
UNCHECKED = "Kan ikke kontrolleres"


def return_name(sent: Return) -> str:
    """A form that was sent, as in «Skjemaet for 2025 som ble sendt 15.02.2026 (hele kommunen)»."""
    return f"Skjemaet for {sent.year} som ble sendt {day(sent.received_date)} ({sent.covered_office_label_nb.lower()})"


def unchecked(form: Form) -> str:
    """How much cannot be controlled."""
    sums, lines = len(form.unchecked), len(form.unchecked_lines)
    return f"{sums} {'sammenheng' if sums == 1 else 'sammenhenger'} og {lines} {'linje' if lines == 1 else 'linjer'}"


def sent_already(form: Form) -> str:
    """Whether a form of the year was sent, and how it differs."""
    sent = form.sent
    if sent is None:
        return "Ikke sendt"
    differing = f"{len(form.differing)} {'linje' if len(form.differing) == 1 else 'linjer'} avviker"
    return f"{day(sent.received_date)}, {sent.covered_office_label_nb.lower()}, telt {day(sent.counted_date)}, {differing}"


def how_it_differs(form: Form) -> str:
    """The command that tells why what was sent is another number; of a line where there is one that it knows."""
    line = next((f" --line {line.line_id}" for line in form.differing if line.is_whole and not line.is_extension), "")
    pair = f" --pair own_form_sent{line}" if line else ""
    return f"fjernlys explain reconciliation --municipality {form.municipality_code} --year {form.year}{pair}"


def return_in_a_sentence(sent: Return) -> str:
    """The same after other words."""
    name = return_name(sent)
    return name[0].lower() + name[1:]
