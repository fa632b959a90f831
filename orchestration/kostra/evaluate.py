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
    """Hashes tell most records apart; only those with a hash in common are compared, and only their ids are looked at."""
    where = "kind = 'row'"
    if control.control == "K015":  # of the accounts
        shared = [f"coalesce({record.value(n)}, '')" for n in ("skjema", "kontoklasse", "funksjon_kapittel", "art_sektor")]
        where += f" AND {record.number('belop')} <> 0"
    else:
        number = normalised_sql(record.text("PERSON_FODSELSNR")) if control.control == "K005A" else record.value("PERSON_JOURNALNR")
        shared = [number] + ([record.value("STATUS")] if (control.form, control.control) == ("11CF", "K005A") else [])
        where += f" AND {number} IS NOT NULL"
        where += f" AND {record.value('KOMMUNE_NR')} IS DISTINCT FROM '{OSLO}'" if control.form == "11CF" else ""
    columns = ", ".join(f"{sql} AS shared_{i}" for i, sql in enumerate(shared))
    names = ", ".join(f"shared_{i}" for i in range(len(shared)))
    rows = f"(SELECT *, hash({names}) AS shared_hash FROM (SELECT file_no, line_number, {columns} FROM {checked} WHERE {where}))"
    repeated = f"(SELECT file_no, shared_hash FROM {rows} GROUP BY ALL HAVING count(*) > 1)"
    same = f"""SELECT file_no, line_number, shared_0 FROM {rows} SEMI JOIN {repeated} AS repeated USING (file_no, shared_hash)
        QUALIFY count(*) OVER (PARTITION BY file_no, {names}) > 1"""
    valid = f"({status_sql('shared_0')}) = 'valid'" if control.control == "K005A" else "true"
    return f"SELECT file_no, line_number FROM ({same}) WHERE {valid}"


def _sum_sql(control: Control, record: Record, checked: str) -> str:
    lines = f"""SELECT file_no, {record.value("skjema")} AS form, {record.value("region")} AS region,
        {record.value("kontoklasse")} AS class, {record.value("funksjon_kapittel")} AS function, {record.value("art_sektor")} AS type,
        coalesce({record.value("belop")}, 0) AS amount,
        coalesce(left({value("region")}, 4) = '{OSLO}' AND right({value("region")}, 2) <> '00', false) AS is_district
        FROM {checked} WHERE kind = 'row'"""
    rule = account_conditions.SUMS[control.rule_id]
    sums = f"SELECT file_no, {rule.amount} AS total FROM ({lines}) WHERE {rule.where} AND amount <> 0 GROUP BY file_no"
    return f"SELECT file_no, CAST(total AS VARCHAR) AS detail FROM ({sums}) WHERE {rule.breach}"
