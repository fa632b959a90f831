"""The control report: what the controls found in the latest file of each municipality, form and period, as a reporter knows it.

Belongs here: collecting findings and putting them into words, as text, CSV or a page. Does not belong here: finding them (``findings``).

Quarantine holds no values. The journal number of a record, a local key, is read from the file in landing where it still lies there,
without anything that has the form of a national id.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.arrivals.contracts import load_contracts
from orchestration.arrivals.ledger import Receipt, read_receipts
from orchestration.arrivals.manifest import MANIFEST, read_manifest
from orchestration.arrivals.promotion import QUARANTINED
from orchestration.kostra.findings import FINDINGS
from orchestration.kostra.registry import FORM_OF, SOURCE_OF, Control, load_controls
from orchestration.page_frame import page
from orchestration.privacy.national_id import without_ids
from orchestration.settings import Settings, UserError
from orchestration.spreadsheet import harmless

_SAME = {"R007": "K005B", "R009": "K003"}  # rules of the gate that say what a control says
_KEYS = {"kostra_accounts": ("kontoklasse", "funksjon_kapittel", "art_sektor")}
_JOURNAL = ("PERSON_JOURNALNR",)
_SEVERITIES = ("fatal", "error", "warning", "info")


@dataclass(frozen=True)
class Line:
    """A line of the report. ``record`` is the line of the file; it and ``journal_number`` are empty where the whole file is meant.

    ``journal_number`` is, for accounts, the account class, the function and the type.
    """

    municipality: str
    form: str
    year: int
    file: str
    control: str
    severity: str
    record: int | None
    journal_number: str
    message: str


def control_report(settings: Settings, municipality: str | None = None, year: int | None = None, form: str | None = None) -> list[Line]:
    """The worst first, then by file and record. A UserError where no such file has come."""
    if form and form not in SOURCE_OF:
        raise UserError(f"--form: must be one of {', '.join(SOURCE_OF)} (REG is the accounts).")
    latest = [
        r
        for r in latest_files(settings)
        if municipality in (None, r.supplier) and year in (None, r.period_end.year) and form in (None, FORM_OF[r.source])
    ]
    if not latest:
        raise UserError("No KOSTRA file of that municipality, year and form has been taken in.")
    controls = load_controls(settings.kostra_controls)
    lines = [line for receipt in latest for line in _lines(settings, receipt, controls)]
    order = {severity: number for number, severity in enumerate(_SEVERITIES)}
    return sorted(lines, key=lambda x: (x.municipality, x.form, x.year, x.file, order[x.severity], x.record or 0, x.control))


def latest_files(settings: Settings) -> list[Receipt]:
    """The receipt of the delivery that was received last of each municipality, form and period."""
    latest: dict[tuple, Receipt] = {}
    for receipt in read_receipts(settings):
        if receipt.source in FORM_OF and receipt.period_end:
            place = (receipt.supplier, receipt.source, receipt.period_end)
            latest[place] = max((receipt, latest.get(place, receipt)), key=lambda r: (r.received_at, r.delivery_id))
    return [latest[place] for place in sorted(latest)]


def _lines(settings: Settings, receipt: Receipt, controls: tuple[Control, ...]) -> Iterator[Line]:
    form = FORM_OF[receipt.source]
    of_form = {c.rule_id: c for c in controls if c.form == form} | {g: c for c in controls if c.form == form for g in c.gate_rules}
    folder = settings.quarantine / receipt.source / receipt.delivery_id
    found = [row for name in (QUARANTINED, FINDINGS) if (folder / name).exists() for row in pq.read_table(folder / name).to_pylist()]
    said = {(row["file_name"], row["line_number"], row["rule_id"]) for row in found}
    keys = _record_keys(settings, receipt) if found else {}

    def line(control: Control, file: str, record: int | None, detail: str = "") -> Line:
        message = f"{control.title_nb}: {control.message_nb}{detail}"
        key = keys.get((file, record), "")
        year = receipt.period_end.year
        return Line(receipt.supplier, form, year, file, control.control, control.severity, record, key, message)

    if receipt.refusal_rule_id in of_form:
        yield line(of_form[receipt.refusal_rule_id], "", None, f" ({receipt.refusal_reason})")
    for row in found:
        place = (row["file_name"], row["line_number"])
        control = of_form.get(row["rule_id"])
        if control:
            detail = f" ({row['field_name']}: {row['reason']})" if control.gate_rules else ""
            detail = f" ({row['detail']})" if row.get("detail") else detail
            yield line(control, *place, detail)
        elif (*place, f"{form}-{_SAME.get(row['rule_id'])}") not in said:
            message = f"{row['field_name']}: {row['reason']}"
            yield Line(
                receipt.supplier,
                form,
                receipt.period_end.year,
                row["file_name"],
                row["rule_id"],
                "error",
                row["line_number"],
                keys.get(place, ""),
                message,
            )


def _record_keys(settings: Settings, receipt: Receipt) -> dict[tuple[str, int], str]:
    """Journal number (or account) of each record of a delivery, where it still lies in landing."""
    folder = _folder_in_landing(settings, receipt)
    if folder is None:
        return {}
    (file,) = load_contracts()[receipt.source].files
    layout = file.layouts[receipt.period_end.year]
    places = [(f.first - 1, f.last) for f in layout.fields if f.name in _KEYS.get(receipt.source, _JOURNAL)]
    keys = {}
    for path in sorted(p for p in folder.iterdir() if file.is_named(p.name) and p.is_file() and not p.is_symlink()):
        with path.open(encoding="latin-1", newline="\n") as handle:
            for number, record in enumerate(handle, 1):
                keys[path.name, number] = without_ids(" ".join(record[first:last].strip() for first, last in places))
    return keys


def _folder_in_landing(settings: Settings, receipt: Receipt) -> Path | None:
    for path in sorted((settings.landing / receipt.source / receipt.supplier).glob(f"*/{MANIFEST}")):
        try:
            delivery_id = read_manifest(path.parent).delivery_id
        except (UserError, OSError):
            continue
        if receipt.delivery_id == delivery_id or receipt.delivery_id.startswith(f"{delivery_id}-refused-"):
            return path.parent
    return None


_COLUMNS = tuple(field.name for field in fields(Line))
_TITLES_NB = ("Kommune", "Skjema", "Årgang", "Fil", "Kontroll", "Alvorlighet", "Post", "Journalnummer", "Melding")


def as_text(lines: list[Line]) -> str:
    """One line for each finding, under a heading for each file."""
    if not lines:
        return "No control found anything.\n"
    out, file = [], None
    for x in lines:
        if (x.municipality, x.form, x.year, x.file) != file:
            file = (x.municipality, x.form, x.year, x.file)
            out.append(f"{x.municipality} {x.form} {x.year} {x.file}".rstrip())
        record = f"record {x.record}" if x.record else "the file"
        journal = (
            f", journal {x.journal_number}" if x.journal_number and x.form != "REG" else f", {x.journal_number}" if x.journal_number else ""
        )
        out.append(f"  {x.control:<6} {x.severity:<8} {record}{journal}: {x.message}")
    counts = ", ".join(f"{sum(x.severity == s for x in lines)} {s}" for s in _SEVERITIES)
    return "\n".join([*out, f"In all: {counts}."]) + "\n"


def as_csv(lines: list[Line]) -> str:
    """Semicolons and a header line. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([harmless(value) for value in astuple(x)] for x in lines)
    return out.getvalue()


def as_html(lines: list[Line]) -> str:
    """A page for the reporter, in Norwegian."""
    if not lines:
        return page("Kontrollrapport", "<p>Ingen kontroller ga utslag.</p>", "nb")
    header = "".join(f"<th>{title}</th>" for title in _TITLES_NB)
    rows = "".join("<tr>" + "".join(f"<td>{html.escape('' if v is None else str(v))}</td>" for v in astuple(x)) + "</tr>" for x in lines)
    return page("Kontrollrapport", f"<table><tr>{header}</tr>{rows}</table>", "nb")


def written_as(form: str) -> Callable[[list[Line]], str]:
    """How a report is written: text, csv or html."""
    forms = {"text": as_text, "csv": as_csv, "html": as_html}
    if form not in forms:
        raise UserError(f"--format: must be one of {', '.join(forms)}.")
    return forms[form]
