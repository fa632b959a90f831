"""What the workbook and the page say, sheet by sheet: the same words and numbers for both.

Belongs here: which sheets there are, their tables, headings and notes, in Norwegian. Does not belong here: how a cell looks (``workbook``,
``web_page``), which numbers there are (``reading``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from orchestration.arrivals.contracts import load_contracts
from orchestration.form_13.control_sheet import controls_sheet
from orchestration.form_13.model import SENT, Control, Form, Line
from orchestration.form_13.sentences import (
    THIS_FORM,
    UNCHECKED,
    UNLIKELY,
    WRONG_SUMS,
    how_it_differs,
    return_in_a_sentence,
    return_name,
    sent_already,
    unchecked,
)
from orchestration.form_13.tables import CHANGE, COUNT, ESTIMATE, HEADING, PART, SHARE, TOTAL, WRONG, Column, Row, Sheet, Table
from orchestration.form_13.words import day, signed

FRONT, CHANGES, CONTROLS, METHODS = "Forside", "Endringer", "Kontroller", "Metoder"
_SHEET_NAMES = {
    "dwellings": "Boliger",
    "move_ins": "Nyinnflyttede",
    "waiting_list": "Venteliste",
    "temporary": "Midlertidig botilbud",
    "extension": "Utvidelser",
}
_LINE_ORIGINS = {"modelled": "Modellert", "sourced": "Fra offisielt skjema"}
_STATUSES = {"observed": "Observert", "estimated": "Anslått", "suppressed": "Holdt tilbake", "missing": "Mangler", "imputed": "Beregnet"}
_METHODS = {"counted": "Talt", "none": "Ikke talt", "imputed_proportional": "Fordelt forholdsmessig"}
_ESTIMATE_NOTE = (
    "Anslag: husstander uten målgruppe er fordelt forholdsmessig på de kjente gruppene. Anslaget er merket og står ved siden av antallet, "
    "aldri i stedet for det. Det forutsetter at de uten målgruppe er som de andre; flyktninger og personer med funksjonsnedsettelse er "
    "lettere å klassifisere, og får derfor for høye anslag. De uten målgruppe er da fordelt og står igjen med 0; tidligere flyktninger "
    "uten annen gruppe får ikke noe av det som fordeles."
)
_MISSING_NOTE = "Tegnet .. betyr at tallet mangler, og : at det ikke kan oppgis. Ingen av dem er null; merknaden sier hvorfor."


def sheets(form: Form) -> list[Sheet]:
    """All sheets in order."""
    sections = [_section(form, section, tuple(lines)) for section, lines in groupby(form.lines, key=lambda line: line.section_id)]
    return [_front(form), *sections, _changes(form), controls_sheet(form, CONTROLS, _on_the_day(form)), _methods(form)]


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
        (f"{WRONG_SUMS} (K01–K15)", len(form.broken)),
        (f"{UNLIKELY} (K16, K17)", len(form.unlikely_lines)),
        (UNCHECKED, unchecked(form)),
        (f"Tidligere sendt for {form.year}", sent_already(form)),
    ]
    if [each.code for each in form.before] not in ([form.municipality_code], []):
        has_numbers = any(line.earlier for line in form.lines)
        facts.append((f"Fjorårets tall {'er fra' if has_numbers else 'mangler for'}", _codes_before(form)))
    if (before := form.sent_before) and before.counted_date != form.reference_date.replace(year=before.year):
        facts.append(("Fjorårets skjema som sendt er talt", before.counted_date))
    tables = [Table("", (Column("Om skjemaet", width=46), Column("", width=60)), tuple(Row(fact) for fact in facts))]
    if form.missing:
        reasons = tuple(Row((reason, lines), WRONG) for reason, lines in form.missing_reasons.items())
        tables.append(Table("Hvorfor linjer mangler", (Column("Årsak"), Column("Linjer", COUNT)), reasons))
    headings = (Column("Kontroll"), Column("Melding"))
    if form.broken:
        tables.append(Table(f"{THIS_FORM}: {WRONG_SUMS.lower()}", headings, _messages(form.broken)))
    if form.unlikely:
        unlikely = tuple(Row((name, f"Linje {', '.join(c.line_id for c in some)}"), WRONG) for name, some in form.unlikely.items())
        tables.append(Table(f"{THIS_FORM}: {UNLIKELY.lower()}", headings, unlikely))
    for sent, controls in form.controls_of_returns:
        if broken := _messages(controls):
            tables.append(Table(f"{return_name(sent)}: {WRONG_SUMS.lower()}", headings, broken))
    notes = [
        "Det finnes ingen offentlig beskrivelse av feltene i skjema 13. Linjene er derfor modellert etter den publiserte statistikken; "
        "arket Metoder sier for hver linje hva som er telt, etter hvilken regel, og om den er modellert."
    ]
    if form.missing:
        notes.append(_MISSING_NOTE)
    if form.differing:
        notes.append(f"Hvorfor linjene avviker fra det som ble sendt: {how_it_differs(form)}")
    return Sheet(FRONT, f"Skjema 13: kommunalt disponerte boliger {form.year}", tuple(tables), tuple(notes), _on_the_day(form))


def _messages(controls: Iterable[Control]) -> tuple[Row, ...]:
    return tuple(Row((control.name_nb, control.message_nb), WRONG) for control in controls if control.is_met is False)


def _on_the_day(form: Form) -> str:
    return f"telt {day(form.reference_date)}"


def _section(form: Form, section: str, lines: tuple[Line, ...]) -> Sheet:
    has_share = any(line.share is not None for line in lines)
    has_estimate = any(line.estimate is not None for line in lines)
    before = form.year - 1
    has_sent = any(line.sent for line in lines)
    columns = [Column("Linje", width=14), Column("Tekst", width=48), Column(f"Antall {form.year}", COUNT, 13)]
    columns += [Column("Andel", SHARE, 10)] if has_share else []
    columns += [Column("Anslag*", ESTIMATE, 11)] if has_estimate else []
    columns += [Column(f"Sendt {form.year}", COUNT, 13)] if has_sent else []
    columns += [
        Column(f"Antall {before}", COUNT, 13),
        Column("Endring", CHANGE, 10),
        Column(f"{before} er fra", width=20),
        Column("Merknad", width=32),
    ]
    rows = [row for title, some in _parts(section, lines) for row in _rows(form, title, some, has_share, has_estimate, has_sent)]
    notes = [f"* {_ESTIMATE_NOTE}"] if has_estimate else []
    notes += _about_sent(form, lines)
    if any(line.count is None for line in lines):
        notes.append(_MISSING_NOTE)
    table, in_the_year = Table("", tuple(columns), tuple(rows)), f"i løpet av {form.year}"
    counted = [_on_the_day(form)] if any(line.is_stock for line in lines) else []
    counted += [in_the_year] if not all(line.is_stock for line in lines) else []
    return Sheet(_SHEET_NAMES[section], form.section_labels[section], (table,), tuple(notes), " og ".join(counted))


def _about_sent(form: Form, lines: tuple[Line, ...]) -> Iterator[str]:
    """What was sent of this year and of the last, in so far as the section shows it or might be thought to."""
    if form.sent and any(line.sent for line in lines):
        yield f"«Sendt {form.year}» er {return_in_a_sentence(form.sent)}."
    origins, before = {line.earlier.origin for line in lines if line.earlier}, form.year - 1
    if SENT in origins:
        yield f"«Antall {before}» er {return_in_a_sentence(form.sent_before)}. Kontroll K16 sammenligner med registerets tall."
    elif origins and form.sent_before:
        why = (
            "har ikke alle linjene i denne delen, og tall fra to kilder ville ikke summere"
            if form.sent_before.covered_office == "all"
            else "gjelder ikke hele kommunen"
        )
        yield f"«Antall {before}» er fra egne registre: {return_in_a_sentence(form.sent_before)}, {why}."


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


def _rows(form: Form, title: str, lines: list[Line], has_share: bool, has_estimate: bool, has_sent: bool) -> Iterator[Row]:
    if title:
        yield Row((None, title, *[None] * (5 + has_share + has_estimate + has_sent)), HEADING)
    divided = {line.measure_id for line in lines if not line.is_whole}
    for line in lines:
        before = line.earlier
        values = [line.line_id, line.label_nb, line.count if line.count is not None else line.symbol]
        values += [line.share] if has_share else []
        values += [line.estimate] if has_estimate else []
        values += [line.sent and (line.sent.count if line.sent.count is not None else line.sent.symbol)] if has_sent else []
        values += [
            before and (before.count if before.count is not None else before.symbol),
            line.change,
            before and before.origin_label_nb,
        ]
        values.append(_remark(form, line))
        yield Row(tuple(values), WRONG if line.count is None else TOTAL if line.is_whole and line.measure_id in divided else PART)


def _changes(form: Form) -> Sheet:
    before = form.year - 1
    columns = (
        *(Column("Linje", width=14), Column("Tekst", width=48), Column(f"Antall {before}", COUNT, 13)),
        *(Column(f"Antall {form.year}", COUNT, 13), Column("Endring", CHANGE, 10), Column("Hva endringen består av", width=60)),
    )
    rows = []
    for change in form.changes:
        line = change.line
        because = "; ".join(f"{cause.reason_nb} {signed(cause.amount)}" for cause in change.causes)
        if not because and line.is_whole and line.measure_id in form.regrouped:
            because = f"Kan ikke deles på grupper: gruppene er nye i {form.year}"
        elif not because and not line.is_stock:
            because = f"Nye rader hvert år; se fjernlys explain skjema13 --line {line.line_id}"
        rows.append(Row((line.line_id, line.label_nb, line.earlier.count, line.count, line.change, because)))
    notes = [f"De linjene som er mest endret fra {before}, med det endringen består av: rader som kom til (+) og gikk ut (-)."]
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
        counts = (each.more_count, each.accepted_count, each.quarantined_count)
        delivered.append(
            Row(
                (source, file, each.delivery_id, "Levert" if each.is_covered else "Ikke levert", *counts),
                PART if each.is_covered else WRONG,
            )
        )
    of_files = (
        *(Column("Kilde"), Column("Fil"), Column("Siste leveranse"), Column("Status")),
        *(Column("Flere leveranser som gjelder året", COUNT), Column("Godkjente rader i den siste", COUNT)),
        Column("Rader i karantene i den siste", COUNT),
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
