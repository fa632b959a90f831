"""The difference as text, as CSV and as a page.

Belongs here: words and form. Does not belong here: finding the difference.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from pathlib import Path

from orchestration.known_at.difference import Difference, Table
from orchestration.known_at.members import MEASURES
from orchestration.page_frame import page
from orchestration.settings import UserError
from orchestration.spreadsheet import harmless

_HEADINGS = {
    "municipality_code": "Kommune",
    "measure": "Tall",
    "year": "År",
    "breakdown": "Målgruppe",
    "known_then": "Kjent da",
    "known_now": "Kjent nå",
    "difference": "Endring",
    "explained": "Forklart",
    "unexplained": "Uforklart",
    "delivery_id": "Leveranse",
    "supplier": "Leverandør",
    "source": "Kilde",
    "extract": "Uttrekk",
    "received_date": "Mottatt",
    "period_end": "Periode til",
    "entity": "Fil",
    "basis": "Grunnlag",
    "rows_added": "Nye rader",
    "rows_changed": "Endrede rader",
    "rows_removed": "Fjernede rader",
    "part": "Bidrag",
}
_BASIS = {"year": "året kom med leveransen", "row": "raden selv", "municipality": "gjelder hele kommunen", "unexplained": "uforklart"}
_TITLES = {measure.code: measure.title_nb for measure in MEASURES}


def writer(out: Path | None) -> Callable[[Difference], None]:
    """What prints the difference, or writes it into a file of a known ending; a file that cannot be written is told before the work."""
    forms = {".csv": _csv, ".html": _page}
    if out is None:
        return lambda found: print(_text(found))
    if out.suffix not in forms:
        raise UserError(f"--out: '{out.name}' must end in {' or '.join(forms)}.")
    if not out.parent.is_dir():
        raise UserError(f"--out: there is no folder {out.parent}.")

    def write(found: Difference) -> None:
        out.write_text(forms[out.suffix](found), encoding="utf-8")
        print("\n".join([*_brought_down(found), f"The difference is in {out}."]))

    return write


def _changed(found: Difference) -> Table:
    """Figures that are others now, or were not known then."""
    kept = [
        row
        for row, figure in zip(found.figures.rows, found.figures.dicts(), strict=True)
        if figure["difference"] or figure["known_then"] != figure["known_now"]
    ]
    return Table(found.figures.columns, tuple(kept))


def _brought_down(found: Difference) -> list[str]:
    """Why the day is another than the one that was asked for."""
    if found.known_at == found.asked_known_at:
        return []
    return [f"Known at {found.known_at}, the last day something was received until {found.asked_known_at}."]


def _text(found: Difference) -> str:
    lines = [*_brought_down(found), f"As of {found.as_of}: known at {found.known_at} against known at {found.known_now}."]
    parts: dict[tuple, list[dict]] = {}
    for part in found.parts.dicts():
        parts.setdefault((part["municipality_code"], part["measure"], part["year"], part["breakdown"]), []).append(part)
    for figure in _changed(found).dicts():
        then = "not told" if figure["known_then"] is None else figure["known_then"]
        name = f"{figure['municipality_code']} {figure['year']} {figure['measure']} {figure['breakdown']}".strip()
        lines.append(f"{name}: {then} -> {figure['known_now']} ({figure['difference']:+d}, unexplained {figure['unexplained']})")
        lines += [
            f"    {part['part']:+d} {part['delivery_id'] or 'no delivery'} ({part['supplier']}, received {part['received_date']}, "
            f"{part['entity']}, {part['basis']}): {part['rows_added']} added, {part['rows_removed']} removed"
            for part in parts.get((figure["municipality_code"], figure["measure"], figure["year"], figure["breakdown"]), [])
        ]
    unchanged = len(found.figures.rows) - len(_changed(found).rows)
    since = len({delivery["delivery_id"] for delivery in found.deliveries.dicts()})
    lines.append(
        f"{unchanged} {'figure is as it was' if unchanged == 1 else 'figures are as they were'}. "
        f"{since} {'delivery' if since == 1 else 'deliveries'} since."
    )
    return "\n".join(lines)


def _csv(found: Difference) -> str:
    """One line for each part of each figure; a figure that nothing has changed has one line without a delivery."""
    key = ("municipality_code", "measure", "year", "breakdown")
    parts: dict[tuple, list[dict]] = {}
    for part in found.parts.dicts():
        parts.setdefault(tuple(part[name] for name in key), []).append(part)
    columns = list(dict.fromkeys((*found.figures.columns, *found.parts.columns)))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(["known_at", "known_at_now", "as_of_date", *columns])
    for figure in found.figures.dicts():
        for part in parts.get(tuple(figure[name] for name in key), [{}]):
            whole = figure | part
            told = [whole.get(column) for column in columns]
            writer.writerow([found.known_at, found.known_now, found.as_of, *map(harmless, told)])
    return out.getvalue()


def _page(found: Difference) -> str:
    asked = f" ({found.known_at} er siste dag noe var mottatt til og med {found.asked_known_at})" if _brought_down(found) else ""
    where = f" for kommune {found.municipality}" if found.municipality else ""
    unchanged = len(found.figures.rows) - len(_changed(found).rows)
    body = (
        f"<p>Tall per {found.as_of}{where}, slik de var kjent {found.known_at}{asked} og slik de er kjent {found.known_now}. "
        f"{unchanged} tall er uendret. Tomt felt i «Kjent da» betyr at tallet ikke var levert.</p>"
        f"<h2>Tall som er endret</h2>{_html(_changed(found))}"
        f"<h2>Leveransene som forklarer endringene</h2>{_html(found.parts)}"
        f"<h2>Rader i alle leveranser mottatt siden</h2>{_html(found.deliveries)}"
    )
    return page(f"Hva visste vi {found.known_at}?", body, "nb")


def _html(table: Table) -> str:
    if not table.rows:
        return "<p>Ingen.</p>"
    head = "".join(f"<th>{html.escape(_HEADINGS[column])}</th>" for column in table.columns)
    lines = "".join(
        "<tr>" + "".join(_cell(column, value) for column, value in zip(table.columns, row, strict=True)) + "</tr>" for row in table.rows
    )
    return f"<table><tr>{head}</tr>{lines}</table>"


def _cell(column: str, value: object) -> str:
    if isinstance(value, int) and column != "year":
        return f'<td class="number">{value}</td>'
    words = {"measure": _TITLES, "basis": _BASIS}.get(column, {})
    return f"<td>{html.escape(str(words.get(value, '' if value is None else value)))}</td>"
