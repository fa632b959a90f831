"""Data Docs of one KOSTRA file: every control of its form and year, and how many records it found.

Belongs here: the pages. Does not belong here: finding (``findings``) and the words for single records (``report``).
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from orchestration.arrivals.ledger import Receipt
from orchestration.kostra.registry import FORM_OF, Control, controls_of
from orchestration.kostra.report import Line, control_report, latest_files
from orchestration.page_frame import page
from orchestration.settings import Settings

_TITLES_NB = ("Resultat", "Kontroll", "Tittel", "Alvorlighet", "Følge", "Poster", "Første poster")
_ACTIONS_NB = {"refuse_delivery": "filen avvises", "quarantine_row": "posten holdes tilbake", "warn": "varsles"}
_SEVERITIES_NB = {"fatal": "fatal feil", "error": "feil", "warning": "varsel", "info": "opplysning"}
_SHOWN = 10


def file_pages(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Name, title and page of the latest file of each municipality, form and period."""
    receipts = latest_files(settings)
    found: dict[tuple, list[Line]] = {}
    for line in control_report(settings) if receipts else []:
        found.setdefault((line.municipality, line.form, line.year), []).append(line)
    for receipt in receipts:
        form, year = FORM_OF[receipt.source], receipt.period_end.year
        lines = found.get((receipt.supplier, form, year), [])
        title = f"Kontroller {receipt.supplier} {form} {year}: {len({x.control for x in lines})} ga utslag"
        yield f"kostra-{form}-{receipt.supplier}-{receipt.period_end}.html", title, page(title, _body(settings, receipt, lines), "nb")


def _body(settings: Settings, receipt: Receipt, lines: list[Line]) -> str:
    controls = [c for c in controls_of(FORM_OF[receipt.source], settings.kostra_controls) if c.holds_in(receipt.period_end.year)]
    by_control: dict[str, list[Line]] = {}
    for line in lines:
        by_control.setdefault(line.control, []).append(line)
    others = [name for name in by_control if name not in {c.control for c in controls}]
    read = sum(f.row_count for f in receipt.files)
    kept = sum(f.accepted_count for f in receipt.files)
    state = f"Avvist ({receipt.refusal_rule_id})" if receipt.status == "refused" else f"{read} poster lest, {kept} tatt inn"
    broken = sum(c.control in by_control for c in controls) + len(others)
    head = f"<p>{html.escape(state)}. {len(controls)} kontroller, {broken} ga utslag.</p>"
    rows = [_row(c.control, c.title_nb, c.severity, _ACTIONS_NB[_action(c)], by_control.get(c.control, [])) for c in controls]
    rows += [_row(name, "Regel i mottaket", by_control[name][0].severity, "posten holdes tilbake", by_control[name]) for name in others]
    header = "".join(f"<th>{title}</th>" for title in _TITLES_NB)
    return f"{head}<table><tr>{header}</tr>{''.join(rows)}</table>"


def _action(control: Control) -> str:
    return control.action if control.action in _ACTIONS_NB else "warn"


def _row(control: str, title: str, severity: str, action: str, lines: list[Line]) -> str:
    word, shown = ("failed", "utslag") if lines else ("passed", "ingen utslag")
    records = [str(line.record) for line in lines if line.record]
    first = ", ".join(records[:_SHOWN]) + (" …" if len(records) > _SHOWN else "")
    cells = [control, title, _SEVERITIES_NB[severity], action, str(len(lines)), first]
    return f"<tr><td class={word}>{shown}</td>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"
