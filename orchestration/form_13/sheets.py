"""What the workbook and the page say, sheet by sheet: the same words and numbers for both.

Belongs here: which sheets there are, their tables, headings and notes, in Norwegian. Does not belong here: how a cell looks (``workbook``,
``web_page``), which numbers there are (``reading``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from orchestration.arrivals.contracts import load_contracts
from orchestration.form_13.model import Control, Form, Line, LineControl
from orchestration.form_13.words import day, signed

TEXT, COUNT, CHANGE, SHARE, ESTIMATE, DAY = "text", "count", "change", "share", "estimate", "day"
TOTAL, PART, HEADING, WRONG = "total", "part", "heading", "wrong"
FRONT, CHANGES, CONTROLS, METHODS = "Forside", "Endringer", "Kontroller", "Metoder"
_SHEET_NAMES = {
    "dwellings": "Boliger",
    "move_ins": "Nyinnflyttede",
    "waiting_list": "Venteliste",
    "temporary": "Midlertidig botilbud",
    "extension": "Utvidelser",
}
_ORIGINS = {"own_register": "Egne registre", "sent": "Skjemaet som sendt"}
_LINE_ORIGINS = {"modelled": "Modellert", "sourced": "Fra offisielt skjema"}
_RESULTS = {True: "Oppfylt", False: "Ikke oppfylt", None: "Kan ikke kontrolleres"}
_STATUSES = {"observed": "Observert", "estimated": "Anslått", "suppressed": "Holdt tilbake", "missing": "Mangler", "imputed": "Beregnet"}
_METHODS = {"counted": "Talt", "none": "Ikke talt", "imputed_proportional": "Fordelt forholdsmessig"}
_ESTIMATE_NOTE = (
    "Anslag: husstander uten målgruppe er fordelt forholdsmessig på de kjente gruppene. Anslaget er merket og står ved siden av antallet, "
    "aldri i stedet for det. Det forutsetter at de uten målgruppe er som de andre; flyktninger og personer med funksjonsnedsettelse er "
    "lettere å klassifisere, og får derfor for høye anslag."
)
_MISSING_NOTE = "Tegnet .. betyr at tallet mangler, og : at det ikke kan oppgis. Ingen av dem er null; merknaden sier hvorfor."


@dataclass(frozen=True)
class Column:
    """A column: its heading, what its cells hold, and its width in characters."""

    title: str
    kind: str = TEXT
    width: int = 12


@dataclass(frozen=True)
class Row:
    """Values of a row; ``look`` says which kind of row it is."""

    values: tuple[object, ...]
    look: str = PART


@dataclass(frozen=True)
class Table:
    """Rows under headings; ``title`` is empty where the sheet's own says enough."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook, and a part of the page."""

    name: str
    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


def sheets(form: Form) -> list[Sheet]:
    """All sheets in order."""
    sections = [_section(form, section, tuple(lines)) for section, lines in groupby(form.lines, key=lambda line: line.section_id)]
    return [_front(form), *sections, _changes(form), _controls(form), _methods(form)]


def _front(form: Form) -> Sheet:
    made = form.made
    facts = [
        ("Kommune", f"{form.municipality_code} {form.municipality_name}"),
        ("År", str(form.year)),
        ("Telledato", form.reference_date),
        ("Bygg", made.build_id),
        ("Registrene beskriver situasjonen til og med", made.as_of),
        ("Leveranser mottatt til og med", made.known_at),
        ("Linjer i skjemaet", len(form.lines)),
        ("Linjer som mangler", len(form.missing)),
        ("Kontroller som ikke er oppfylt", len(form.broken)),
        ("Linjer som er uvanlige", len({control.line_id for some in form.unlikely.values() for control in some})),
    ]
    if [each.code for each in form.before] not in ([form.municipality_code], []):
        has_numbers = any(line.earlier for line in form.lines)
        facts.append((f"Fjorårets tall {'er fra' if has_numbers else 'mangler for'}", _codes_before(form)))
    if form.earlier_counted and form.earlier_counted != form.reference_date.replace(year=form.year - 1):
        facts.append(("Fjorårets skjema som sendt er talt", form.earlier_counted))
    tables = [Table("", (Column("Om skjemaet", width=46), Column("", width=60)), tuple(Row(fact) for fact in facts))]
    if form.missing:
        reasons = tuple(Row((reason, lines), WRONG) for reason, lines in form.missing_reasons.items())
        tables.append(Table("Hvorfor linjer mangler", (Column("Årsak"), Column("Linjer", COUNT)), reasons))
    if form.broken or form.unlikely:
        rows = [Row((c.name_nb, c.message_nb), WRONG) for c in form.broken]
        rows += [Row((name, f"Linje {', '.join(c.line_id for c in some)}"), WRONG) for name, some in form.unlikely.items()]
        tables.append(Table("Kontroller som ikke er oppfylt, og uvanlige linjer", (Column("Kontroll"), Column("Melding")), tuple(rows)))
    notes = [
        "Det finnes ingen offentlig beskrivelse av feltene i skjema 13. Linjene er derfor modellert etter den publiserte statistikken; "
        "arket Metoder sier for hver linje hva som er telt, etter hvilken regel, og om den er modellert."
    ]
    if form.missing:
        notes.append(_MISSING_NOTE)
    return Sheet(FRONT, f"Skjema 13: kommunalt disponerte boliger {form.year}", tuple(tables), tuple(notes))


def _section(form: Form, section: str, lines: tuple[Line, ...]) -> Sheet:
    has_share = any(line.share is not None for line in lines)
    has_estimate = any(line.estimate is not None for line in lines)
    before = form.year - 1
    columns = [Column("Linje", width=24), Column("Tekst", width=48), Column(f"Antall {form.year}", COUNT, 13)]
    columns += [Column("Andel", SHARE, 10)] if has_share else []
    columns += [Column("Anslag*", ESTIMATE, 11)] if has_estimate else []
    columns += [
        Column(f"Antall {before}", COUNT, 13),
        Column("Endring", CHANGE, 10),
        Column(f"{before} er fra", width=20),
        Column("Merknad", width=32),
    ]
    rows = [row for title, some in _parts(section, lines) for row in _rows(form, title, some, has_share, has_estimate)]
    notes = [f"* {_ESTIMATE_NOTE}"] if has_estimate else []
    if any(line.count is None for line in lines):
        notes.append(_MISSING_NOTE)
    return Sheet(_SHEET_NAMES[section], form.section_labels[section], (Table("", tuple(columns), tuple(rows)),), tuple(notes))


def _parts(section: str, lines: tuple[Line, ...]) -> Iterator[tuple[str, list[Line]]]:
    """The extensions hold many measures and groupings: each has a heading of its own."""
    if section != "extension":
        yield "", list(lines)
        return
    for (measure, grouping), some in groupby(
        lines, key=lambda line: (line.measure_label_nb, line.breakdown_label_nb if not line.is_whole else "")
    ):
        yield f"{measure}: {grouping.lower()}" if grouping else "", list(some)


def _codes_before(form: Form) -> str:
    """The codes of the area a year before, as in «1601 og 1662»."""
    *others, last = [each.code if each.is_whole else f"en del av {each.code}" for each in form.before]
    return f"{', '.join(others)} og {last}" if others else last


def _remark(form: Form, line: Line) -> str | None:
    """Why a line has no number, or cannot be compared with the year before."""
    if line.count is None:
        return line.missing_reason_nb
    remarks = []
    if line.measure_id in form.regrouped and (line.is_whole or line.is_new):
        remarks.append(f"Brudd i {form.year}: nye grupper")
    elif line.is_new:
        remarks.append(f"Brudd i {form.year}: ny linje")
    if form.has_other_borders:
        remarks.append(f"Andre grenser: {_codes_before(form)} i fjor")
    if not remarks and not line.earlier and any(each.earlier for each in form.lines):
        remarks.append(f"Ingen tall for {form.year - 1}")
    return "; ".join(remarks) or None


def _rows(form: Form, title: str, lines: list[Line], has_share: bool, has_estimate: bool) -> Iterator[Row]:
    if title:
        yield Row((None, title, *[None] * (5 + has_share + has_estimate)), HEADING)
    divided = {line.measure_id for line in lines if not line.is_whole}
    for line in lines:
        before = line.earlier
        values = [line.line_id, line.label_nb, line.count if line.count is not None else line.symbol]
        values += [line.share] if has_share else []
        values += [line.estimate] if has_estimate else []
        values += [
            before and (before.count if before.count is not None else before.symbol),
            line.change,
            before and _ORIGINS[before.origin],
        ]
        values.append(_remark(form, line))
        yield Row(tuple(values), WRONG if line.count is None else TOTAL if line.is_whole and line.measure_id in divided else PART)


def _changes(form: Form) -> Sheet:
    before = form.year - 1
    columns = (
        *(Column("Linje", width=24), Column("Tekst", width=48), Column(f"Antall {before}", COUNT, 13)),
        *(Column(f"Antall {form.year}", COUNT, 13), Column("Endring", CHANGE, 10), Column("Hva endringen består av", width=60)),
    )
    rows = []
    for change in form.changes:
        line = change.line
        because = "; ".join(f"{cause.reason_nb} {signed(cause.amount)}" for cause in change.causes)
        if not because and line.is_whole and line.measure_id in form.regrouped:
            because = f"Kan ikke deles på grupper: gruppene er nye i {form.year}"
        rows.append(Row((line.line_id, line.label_nb, line.earlier.count, line.count, line.change, because)))
    notes = [f"De linjene som er mest endret fra {before}, med det endringen består av: rader som kom til (+) og gikk ut (−)."]
    if form.has_other_borders:
        notes = [
            f"Kommunen har andre grenser enn i {before}, da området var {_codes_before(form)}. Tallene gjelder ikke samme område: "
            "endringer er ikke vist, og kontroll K16 bedømmer dem ikke."
        ]
    elif not rows:
        notes = [f"Det finnes ingen tall for {before} å sammenligne med, eller ingen linje er endret."]
    if form.regrouped:
        notes.append(_break_note(form))
    return Sheet(CHANGES, f"Største endringer fra {before} til {form.year}", (Table("", columns, tuple(rows)),), tuple(notes))


def _break_note(form: Form) -> str:
    return (
        f"Brudd i {form.year}: skjemaet har fått nye grupper. Gruppene har ingen tall for {form.year - 1}, og endringen i summen av dem "
        "kan ikke deles på grupper."
    )


def _controls(form: Form) -> Sheet:
    columns = (
        *(
            Column("Kontroll", width=11),
            Column("Gjelder", width=20),
            Column("Alvorlighet", width=12),
            Column("Hva som skal stemme", width=46),
        ),
        *(Column("Venstre side", COUNT, 13), Column("Høyre side", COUNT, 13), Column("Differanse", CHANGE, 12)),
        *(Column("Resultat", width=22), Column("Melding", width=50)),
    )
    rows = [Row(_control(control), WRONG if control.is_met is False else PART) for control in form.controls]
    by_control = [list(some) for _, some in groupby(form.line_controls, key=lambda control: control.control_id)]
    rows += [_of_lines(some) for some in by_control]
    tables = [Table("", columns, tuple(rows))]
    tables += [_unlikely(name, some) for name, some in form.unlikely.items()]
    said = {
        control.control_id: (control.control_id, control.rule_id, control.severity_label_nb, control.definition_nb)
        for control in form.controls
    }
    headings = (Column("Kontroll"), Column("Regel"), Column("Alvorlighet"), Column("Definisjon"))
    tables.append(Table("Hva kontrollene sier", headings, tuple(Row(each) for each in said.values())))
    results = [control.is_met for control in form.controls]
    note = (
        f"Av {len(results)} kontroller av sammenhenger er {results.count(True)} oppfylt og {results.count(False)} ikke oppfylt; "
        f"{results.count(None)} kan ikke kontrolleres."
    )
    return Sheet(CONTROLS, "Kontroller", tuple(tables), (note,))


def _control(control: Control) -> tuple[object, ...]:
    return (
        *(control.control_id, control.origin_label_nb, control.severity_label_nb, control.label_nb),
        *(control.left_count, control.right_count, control.difference, _RESULTS[control.is_met], control.message_nb),
    )


def _of_lines(controls: list[LineControl]) -> Row:
    """The result of a control that looks at each line by itself."""
    first, results = controls[0], [control.is_met for control in controls]
    met, broken, unknown = (results.count(result) for result in (True, False, None))
    said = f"Av {len(results)} linjer: {met} oppfylt, {broken} ikke, {unknown} kan ikke kontrolleres."
    values = (first.control_id, "Hver linje", first.severity_label_nb, first.control_label_nb, None, None, None)
    if False in results:
        return Row((*values, _RESULTS[False], said), WRONG)
    return Row((*values, _RESULTS[True if True in results else None], said))


def _unlikely(name: str, controls: list[LineControl]) -> Table:
    kind = ESTIMATE if any(control.value % 1 for control in controls) else COUNT
    columns = (
        *(Column("Kontroll"), Column("Linje"), Column("Alvorlighet"), Column("Tekst")),
        *(Column("Verdi", kind), Column("Nedre grense", kind), Column("Øvre grense", kind), Column("Enhet"), Column("Melding")),
    )
    rows = tuple(
        Row(
            (
                *(control.control_id, control.line_id, control.severity_label_nb, control.line_label_nb),
                *(control.value, control.lower, control.upper, control.unit_label_nb, control.message_nb),
            )
        )
        for control in controls
    )
    return Table(name, columns, rows)


def _methods(form: Form) -> Sheet:
    made, contracts = form.made, load_contracts()
    facts = (
        ("Bygg", made.build_id),
        ("Utgave", made.release),
        ("Registrene beskriver situasjonen til og med", day(made.as_of)),
        ("Leveranser mottatt til og med", day(made.known_at)),
        ("Kode (SHA-256)", made.code_sha256),
    )
    columns = (
        *(Column("Linje", width=30), Column("Tekst", width=40), Column("Definisjon", width=54), Column("Regel", width=13)),
        *(Column("Opphav", width=18), Column("Måltall", width=26), Column("Status", width=13), Column("Metode", width=14)),
    )
    rows = tuple(
        Row(
            (
                *(line.line_id, line.label_nb, line.definition_nb, line.rule_id, _LINE_ORIGINS[line.origin], line.measure_id),
                *(_STATUSES.get(line.status, line.status), _METHODS.get(line.method, line.method)),
            )
        )
        for line in form.lines
    )
    delivered = []
    for each in form.deliveries:
        contract = contracts.get(each.source)
        file = next((found.title_nb for found in contract.files if found.entity == each.entity), each.entity) if contract else each.entity
        source = contract.title_nb if contract else each.source
        counts = (each.accepted_count, each.quarantined_count)
        delivered.append(
            Row(
                (source, file, each.delivery_id, "Levert" if each.is_covered else "Ikke levert", *counts),
                PART if each.is_covered else WRONG,
            )
        )
    of_files = (
        *(Column("Kilde"), Column("Fil"), Column("Leveranse"), Column("Status")),
        *(Column("Godkjente rader", COUNT), Column("Rader i karantene", COUNT)),
    )
    return Sheet(
        METHODS,
        "Metoder",
        (
            Table("Hva skjemaet er laget av", (Column("Om bygget"), Column("")), tuple(Row(fact) for fact in facts)),
            Table("Linjene", columns, rows),
            Table("Leveransene for året", of_files, tuple(delivered)),
        ),
        (
            *([_break_note(form)] if form.regrouped else []),
            "Reglene (C-numre) står i docs/counting-rules.md. «Modellert» betyr at linjen er utledet av den publiserte statistikken, "
            "siden skjemaets egne felter ikke er offentlige.",
        ),
    )
