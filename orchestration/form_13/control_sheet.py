"""The sheet of controls: those of this form, and apart from them those of what was sent.

Belongs here: its tables. Does not belong here: the other sheets (``sheets``), what holds (the marts and the release's checks).
"""

from __future__ import annotations

from itertools import groupby

from orchestration.form_13.model import Control, Form, LineControl
from orchestration.form_13.sentences import THIS_FORM, return_name
from orchestration.form_13.tables import CHANGE, COUNT, ESTIMATE, LIMIT, PART, WRONG, Column, Row, Sheet, Table

_RESULTS = {True: "Oppfylt", False: "Ikke oppfylt", None: "Kan ikke kontrolleres"}


def controls_sheet(form: Form, name: str, when: str) -> Sheet:
    """The controls of this form, then those of what was sent, then what each of them says."""
    columns = (
        *(
            Column("Kontroll", width=11),
            Column("Alvorlighet", width=12),
            Column("Hva som skal stemme", width=46),
        ),
        *(Column("Venstre side", COUNT, 13), Column("Høyre side", COUNT, 13), Column("Differanse", CHANGE, 12)),
        *(Column("Resultat", width=22), Column("Melding", width=50)),
    )
    by_control = [list(some) for _, some in groupby(form.line_controls, key=lambda control: control.control_id)]
    tables = [Table(THIS_FORM, columns, (*(_control(control) for control in form.own_controls), *(_of_lines(some) for some in by_control)))]
    tables += [_unlikely(f"{THIS_FORM}, {name}", some) for name, some in form.unlikely.items()]
    tables += [Table(return_name(sent), columns, tuple(_control(control) for control in some)) for sent, some in form.controls_of_returns]
    said = {
        control.control_id: (control.control_id, control.rule_id, control.definition_nb, control.severity_label_nb)
        for control in (*form.controls, *form.line_controls)
    }
    headings = (Column("Kontroll"), Column("Regel"), Column("Definisjon"), Column("Alvorlighet"))
    tables.append(Table("Hva kontrollene sier", headings, tuple(Row(each) for _, each in sorted(said.items()))))
    results = [control.is_met for control in form.own_controls]
    met, broken, unknown = (results.count(result) for result in (True, False, None))
    note = (
        f"{THIS_FORM}: av {len(results)} kontroller av sammenhenger er {met} oppfylt og {broken} ikke oppfylt; "
        f"{unknown} kan ikke kontrolleres."
    )
    return Sheet(name, "Kontroller", tuple(tables), (note,), when)


def _control(control: Control) -> Row:
    values = (
        *(control.control_id, control.severity_label_nb, control.label_nb),
        *(control.left_count, control.right_count, control.difference, _RESULTS[control.is_met], control.message_nb),
    )
    return Row(values, WRONG if control.is_met is False else PART)


def _of_lines(controls: list[LineControl]) -> Row:
    """The result of a control that looks at each line by itself."""
    first, results = controls[0], [control.is_met for control in controls]
    met, broken, unknown = (results.count(result) for result in (True, False, None))
    said = f"Av {len(results)} linjer: {met} oppfylt, {broken} ikke, {unknown} kan ikke kontrolleres."
    values = (first.control_id, first.severity_label_nb, f"Hver linje: {first.control_label_nb}", None, None, None)
    if False in results:
        return Row((*values, _RESULTS[False], said), WRONG)
    return Row((*values, _RESULTS[True if True in results else None], said))


def _unlikely(name: str, controls: list[LineControl]) -> Table:
    kind = ESTIMATE if any(control.value % 1 for control in controls) else LIMIT
    columns = (
        *(Column("Linje"), Column("Alvorlighet"), Column("Tekst")),
        *(Column("Verdi", kind), Column("Nedre grense", kind), Column("Øvre grense", kind), Column("Enhet"), Column("Melding")),
    )
    rows = tuple(
        Row(
            (
                *(control.line_id, control.severity_label_nb, control.line_label_nb),
                *(control.value, control.lower, control.upper, control.unit_label_nb, control.message_nb),
            )
        )
        for control in controls
    )
    return Table(name, columns, rows)
