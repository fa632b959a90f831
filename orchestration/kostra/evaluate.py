"""Controls on the rows of a batch: which of them a reading has, and the SQL that finds breaches.

Belongs here: rows for quarantine, findings that are reported only, records compared with each other and sums of a file.
Does not belong here: the conditions (``person_conditions``, ``account_conditions``) and running SQL (``orchestration.arrivals.staging``).

A table of the batch (``checked``) holds each line with its values.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.arrivals.contracts import FileContract
from orchestration.arrivals.rules import RowRule, value
from orchestration.kostra import account_conditions, person_conditions
from orchestration.kostra.fields import OSLO, Record
from orchestration.kostra.registry import FORM_OF, Control, controls_of
from orchestration.privacy.national_id import normalised_sql, status_sql

_CONDITIONS = person_conditions.CONDITIONS | account_conditions.CONDITIONS


@dataclass(frozen=True)
class Controls:
    """The controls of the files of one form and year.

    ``quarantining`` and ``reporting`` look at one record each, ``groups`` at several, ``sums`` at a whole file.
    """

    quarantining: tuple[RowRule, ...] = ()
    reporting: tuple[RowRule, ...] = ()
    groups: tuple[Control, ...] = ()
    sums: tuple[Control, ...] = ()
    record: Record | None = None

    def group_sql(self, control: Control, checked: str) -> str:
        """SELECT of file_no and line_number of the records that share what they must not share."""
        return _group_sql(control, self.record, checked)

    def sum_sql(self, control: Control, checked: str) -> str:
        """SELECT of file_no and the amount (``detail``) of the files whose sum breaks the control."""
        return _sum_sql(control, self.record, checked)


def controls_for(contract: FileContract, layout_year: int | None, overrides: str) -> Controls:
    """The controls that judge a file; none where the source has no form."""
    form = FORM_OF.get(contract.source)
    if not form or not layout_year:
        return Controls()
    record = Record(contract, layout_year)
    controls = [c for c in controls_of(form, overrides) if c.holds_in(layout_year)]
    rules = {c: _row_rule(c, record) for c in controls if c.scope == "record"}
    return Controls(
        quarantining=(*_dropped_but_mandatory(record), *(r for c, r in rules.items() if c.action == "quarantine_row")),
        reporting=tuple(r for c, r in rules.items() if c.action != "quarantine_row"),
        groups=tuple(c for c in controls if c.scope == "group"),
        sums=tuple(c for c in controls if c.scope == "file"),
        record=record,
    )


def _row_rule(control: Control, record: Record) -> RowRule:
    broken = _CONDITIONS[control.rule_id](Record(record.contract, record.year, control.limit))
    return RowRule(control.rule_id, "", f"Kontroll {control.control}: {control.message_nb}", broken)


def _dropped_but_mandatory(record: Record) -> list[RowRule]:
    """Fields that are not kept must be filled in all the same where the layout says so (control K002)."""
    dropped = record.contract.layout_fields(record.year, dropped=True)
    return [
        RowRule("R006", f.name, "the field must not be empty", f"{record.text(name)} IS NULL") for name, f in dropped.items() if f.required
    ]


def _group_sql(control: Control, record: Record, checked: str) -> str:
    rows = "SELECT file_no, line_number, {columns} FROM {checked} WHERE kind = 'row' AND {where}"
    outside_oslo = f"{record.value('KOMMUNE_NR')} IS DISTINCT FROM '{OSLO}'" if control.form == "11CF" else "true"
    if control.control == "K005A":
        number = normalised_sql(record.text("PERSON_FODSELSNR"))
        status = f", {record.value('STATUS')} AS status" if control.form == "11CF" else ""
        rows = rows.format(checked=checked, columns=f"{number} AS shared{status}", where=f"{number} IS NOT NULL AND {outside_oslo}")
        where, keys = f"({status_sql('shared')}) = 'valid'", f"file_no, shared{', status' if status else ''}"
    elif control.control == "K005B":
        number = record.value("PERSON_JOURNALNR")
        rows = rows.format(checked=checked, columns=f"{number} AS shared", where=f"{number} IS NOT NULL AND {outside_oslo}")
        where, keys = "true", "file_no, shared"
    else:  # K015 of the accounts
        names = ("skjema", "kontoklasse", "funksjon_kapittel", "art_sektor")
        columns = ", ".join(f"coalesce({record.value(n)}, '') AS {n}" for n in names)
        rows = rows.format(checked=checked, columns=columns, where=f"{record.number('belop')} <> 0")
        where, keys = "true", f"file_no, {', '.join(names)}"
    return f"SELECT file_no, line_number FROM ({rows}) QUALIFY count(*) OVER (PARTITION BY {keys}) > 1 AND {where}"


def _sum_sql(control: Control, record: Record, checked: str) -> str:
    lines = f"""SELECT file_no, {record.value("skjema")} AS form, {record.value("region")} AS region,
        {record.value("kontoklasse")} AS class, {record.value("funksjon_kapittel")} AS function, {record.value("art_sektor")} AS type,
        coalesce({record.value("belop")}, 0) AS amount,
        coalesce(left({value("region")}, 4) = '{OSLO}' AND right({value("region")}, 2) <> '00', false) AS is_district
        FROM {checked} WHERE kind = 'row'"""
    rule = account_conditions.SUMS[control.rule_id]
    sums = f"SELECT file_no, {rule.amount} AS total FROM ({lines}) WHERE {rule.where} AND amount <> 0 GROUP BY file_no"
    return f"SELECT file_no, CAST(total AS VARCHAR) AS detail FROM ({sums}) WHERE {rule.breach}"
