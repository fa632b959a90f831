"""From a release to forms: each question is asked once, however many municipalities are wanted.

Belongs here: putting the answers together. Does not belong here: the SQL (``questions``), who may be asked for (``asked``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from orchestration.form_13 import questions
from orchestration.form_13.model import (
    GROUPS,
    OWN_REGISTER,
    SENT,
    Before,
    Cause,
    Change,
    Control,
    Delivered,
    Earlier,
    Form,
    Line,
    LineControl,
    Made,
    Number,
    Return,
)
from orchestration.releasing.notes import LINE_RESULTS, read_notes
from orchestration.releasing.publish import Release

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
_POPULATIONS = {"newly_moved_in": "newly_moved_in", "households": "households_in_stock"}  # measure: population of fct_imputed_group
_LARGEST, _LARGEST_EXTENSIONS = 10, 5
_ELSEWHERE = {
    ("let_dwellings", 1): "Ledig året før",
    ("let_dwellings", -1): "Ledig nå",
    ("vacant_dwellings", 1): "Utleid året før",
    ("vacant_dwellings", -1): "Utleid nå",
    ("accessible_dwellings", 1): "Ikke registrert som tilgjengelig året før",
    ("accessible_dwellings", -1): "Ikke lenger registrert som tilgjengelig",
    ("group", 1): "Hadde en annen målgruppe året før",
    ("group", -1): "Har fått en annen målgruppe",
    ("households_several_groups", 1): "Hadde én målgruppe året før",
    ("households_several_groups", -1): "Har én målgruppe nå",
    ("tenure_form", 1): "Eid eller leid på en annen måte året før",
    ("tenure_form", -1): "Eid eller leid på en annen måte nå",
    ("tenure_kind", 1): "Annen eierform året før",
    ("tenure_kind", -1): "Annen eierform nå",
    ("dwelling_category", 1): "Bodde i bolig med annen bemanning året før",
    ("dwelling_category", -1): "Bor i bolig med annen bemanning nå",
    ("legal_basis", 1): "Tildelt etter en annen hjemmel året før",
    ("legal_basis", -1): "Tildelt etter en annen hjemmel nå",
    ("households_without_decision", 1): "Hadde vedtak året før",
    ("households_without_decision", -1): "Har vedtak nå",
    ("households_with_care_service", 1): "Fikk ikke tjenester året før",
    ("households_with_care_service", -1): "Får ikke lenger tjenester",
    ("temporary_households_up_to_three_months", 1): "I mer enn tre måneder året før",
    ("temporary_households_up_to_three_months", -1): "I mer enn tre måneder nå",
    ("temporary_households_over_three_months", 1): "I inntil tre måneder året før",
    ("temporary_households_over_three_months", -1): "I inntil tre måneder nå",
    ("temporary_households_with_children", 1): "Uten barn året før",
    ("temporary_households_with_children", -1): "Uten barn nå",
    ("", 1): "Ikke på denne linjen året før",
    ("", -1): "Ikke lenger på denne linjen",
}
# What is its own event: a stay or an application that was not there the year before is new.
_BY_ITSELF = {
    ("stay", 1): "Nytt opphold",
    ("stay", -1): "Oppholdet er avsluttet",
    ("application", 1): "Ny på ventelisten",
    ("application", -1): "Ikke lenger på ventelisten",
}
_NOT_TOLD = "Årsaken er ikke registrert"
_OTHER_THAN_SENT = "Det som ble sendt, avviker fra registeret slik det er i dag"
_NOT_IN_PARTS = "Ikke forklart av gruppene"
_OTHER_CODE = "Kommunen har fått nytt nummer, og radene kan ikke følges"


def ask(con: DuckDBPyConnection, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """Rows by column name."""
    answer = con.execute(sql, parameters)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def read_forms(con: DuckDBPyConnection, release: Release, codes: Sequence[str], year: int) -> list[Form]:
    """The forms of some municipalities for a year, from the analysts' file of a release; in the order of the codes."""
    wanted = {"year": year, "codes": list(codes)}
    by_code = _grouped(ask(con, questions.BEFORE, **wanted), "municipality_code")
    before = {code: _all(Before, by_code.get(code, [])) for code in codes}
    new_lines = {row["line_id"] for row in ask(con, questions.NEW_LINES, year=year)}
    origins = {row["origin"]: row["origin_label_nb"] for row in ask(con, questions.ORIGINS)}
    all_before = {"year": year, "codes": sorted({each.code for found in before.values() for each in found})}
    own = _by_line(ask(con, questions.EARLIER_LINES, **all_before))
    sent_before = _by_line(ask(con, questions.EARLIER_SENT, **all_before))
    sent = _by_line(ask(con, questions.SENT, **wanted))
    of_returns = {"year": year, "codes": sorted({*codes, *all_before["codes"]})}
    returns = {(row["municipality_code"], row["year"]): row for row in ask(con, questions.RETURNS, **of_returns)}
    estimates = {
        (row["municipality_code"], row["population"], row["scheme"], row["group_code"]): row["imputed_count"]
        for row in ask(con, questions.ESTIMATES, **wanted)
    }
    controls = _grouped(ask(con, questions.CONTROLS, **wanted), "municipality_code")
    file = str(release.path / LINE_RESULTS)
    line_controls = _grouped(ask(con, questions.LINE_CONTROLS, **wanted, file=file), "municipality_code")
    coverage = _grouped(ask(con, questions.COVERAGE, **wanted), "municipality_code")
    causes = _grouped(ask(con, questions.CAUSES, **wanted), "municipality_code")
    lines, made = _grouped(ask(con, questions.LINES, **wanted), "municipality_code"), _made(release)
    forms = []
    for code in codes:
        rows = lines[code]
        wholes = {row["measure_id"]: row["line_count"] for row in rows if row["breakdown"] == "none"}
        earlier = _earlier(rows, before[code], own, sent_before, origins)
        found = tuple(
            _line(
                row,
                wholes.get(row["measure_id"]),
                estimates.get((code, _POPULATIONS.get(row["measure_id"]), row["breakdown"].removeprefix(GROUPS), row["breakdown_code"])),
                earlier.get(row["line_id"]),
                row["line_id"] in new_lines,
                sent.get((code, row["line_id"])),
            )
            for row in rows
        )
        codes_before = [each.code for each in before[code]]
        forms.append(
            Form(
                municipality_code=code,
                municipality_name=rows[0]["municipality_name"],
                year=year,
                reference_date=rows[0]["reference_date"],
                made=made,
                lines=found,
                section_labels={row["section_id"]: row["section_label_nb"] for row in rows},
                changes=_changes(found, causes.get(code, []), year, codes_before != [code]),
                controls=_all(Control, controls.get(code, [])),
                line_controls=_all(LineControl, line_controls.get(code, [])),
                deliveries=_all(Delivered, coverage.get(code, [])),
                sent=_return([returns.get((code, year))]),
                sent_before=_return([returns.get((each, year - 1)) for each in codes_before]),
                before=before[code],
            )
        )
    return forms


def _line(
    row: dict[str, Any], whole: int | None, estimate: Decimal | None, earlier: Earlier | None, is_new: bool, sent: dict[str, Any] | None
) -> Line:
    has_share = row["breakdown"] != "none" and row["line_count"] is not None and whole
    return Line(
        **{field.name: row[field.name] for field in fields(Line) if field.name in row},
        count=row["line_count"],
        share=Decimal(row["line_count"]) / whole if has_share else None,
        estimate=estimate,
        earlier=earlier,
        is_new=is_new,
        sent=Number(sent["count"], sent["symbol"]) if sent else None,
    )


def _return(rows: Sequence[dict[str, Any] | None]) -> Return | None:
    """A form as sent; of several codes that were merged, the last of theirs, and where one covers an office alone that office."""
    found = [row for row in rows if row]
    if not found:
        return None
    part = next((row for row in found if row["covered_office"] != "all"), found[0])
    of_all = {"received_date": max(row["received_date"] for row in found), "counted_date": min(row["counted_date"] for row in found)}
    return Return(**{field.name: part[field.name] for field in fields(Return)} | of_all)


def _earlier(
    rows: Sequence[dict[str, Any]], before: Sequence[Before], own: dict, sent: dict, origins: dict[str, str]
) -> dict[str, Earlier]:
    """The numbers of the year before by line, those of a section all from one source so that they add up: as they were sent where all are
    there that the register has, else those of the register."""
    found = {}
    for some in _grouped(rows, "section_id").values():
        lines = [row["line_id"] for row in some]
        as_sent, of_register = (
            _numbers(lines, before, numbers, origin, origins.get(origin, "")) for numbers, origin in ((sent, SENT), (own, OWN_REGISTER))
        )
        told = {line_id for line_id, number in of_register.items() if number.count is not None}
        found |= as_sent if as_sent and told <= as_sent.keys() else of_register
    return found


def _numbers(lines: Iterable[str], before: Sequence[Before], numbers: dict, origin: str, label_nb: str) -> dict[str, Earlier]:
    """Of several codes that were merged: the sum, where each has a number. Of a part of a code nobody can tell."""
    if not before or not all(each.is_whole for each in before):
        return {}
    found = {}
    for line_id in lines:
        rows = [numbers.get((each.code, line_id)) for each in before]
        if all(rows):
            missing = next((row["symbol"] for row in rows if row["line_count"] is None), None)
            count = None if missing else sum(row["line_count"] for row in rows)
            found[line_id] = Earlier(count, missing, origin, label_nb, all(each.has_same_borders for each in before))
    return found


def _changes(lines: Sequence[Line], causes: list[dict[str, Any]], year: int, has_other_code: bool) -> tuple[Change, ...]:
    """The lines that changed most, first those of the form, then the extensions; of the groupings only that of the year's form."""
    of_year = f"{GROUPS}form_{2009 if year < 2020 else 2020}"
    changed = [line for line in lines if line.change and (not line.is_group or line.breakdown == of_year)]
    changed.sort(key=lambda line: -abs(line.change))
    chosen = [line for line in changed if not line.is_extension][:_LARGEST]
    chosen += [line for line in changed if line.is_extension][:_LARGEST_EXTENSIONS]
    by_line = _grouped(causes, "line_id")
    return tuple(Change(line, _causes(line, by_line.get(line.line_id, []), lines, has_other_code)) for line in chosen)


def _causes(line: Line, rows: list[dict[str, Any]], lines: Sequence[Line], has_other_code: bool) -> tuple[Cause, ...]:
    """What a change is made up of. What is left over has a name of its own, so that the parts add up to the change."""
    causes = _stock_causes(line, rows) if line.is_stock else _parts(line, lines)
    left = line.change - sum(cause.amount for cause in causes)
    if not left:
        return causes
    if line.is_stock and has_other_code:
        return (*causes, Cause(left, _OTHER_CODE))
    if line.is_stock and line.earlier.origin == SENT:
        return (*causes, Cause(left, _OTHER_THAN_SENT))
    return (*causes, Cause(left, _NOT_IN_PARTS)) if causes else ()


def _stock_causes(line: Line, rows: list[dict[str, Any]]) -> tuple[Cause, ...]:
    """Rows that came and went, by what happened to them; those that came first."""
    subject = "group" if line.is_group else line.measure_id if line.is_whole else line.breakdown
    amounts: dict[tuple[int, str], int] = defaultdict(int)
    for row in rows:
        sign = row["amount"]
        elsewhere = _ELSEWHERE.get((subject, sign), _ELSEWHERE["", sign])
        by_itself = _BY_ITSELF.get((row["member_kind"], sign), _NOT_TOLD)
        reason = {"was_counted_elsewhere": elsewhere, "event": row["reason_nb"], "not_told": by_itself}[row["kind"]]
        amounts[sign, reason] += sign * row["rows"]
    return tuple(Cause(amount, reason) for (_, reason), amount in sorted(amounts.items(), key=lambda item: -item[1]))


def _parts(line: Line, lines: Sequence[Line]) -> tuple[Cause, ...]:
    """What happens in a year is other rows each year: the change of a total is that of its parts by group."""
    if not line.is_whole:
        return ()
    parts = [
        part
        for part in lines
        if part.measure_id == line.measure_id and part.section_id == line.section_id and not part.is_whole and part.change
    ]
    return tuple(Cause(part.change, part.label_nb) for part in sorted(parts, key=lambda part: -part.change))


def _all(kind: type[T], rows: Iterable[dict[str, Any]]) -> tuple[T, ...]:
    """Rows as what they are: columns and fields have the same names."""
    names = [field.name for field in fields(kind)]
    return tuple(kind(**{name: row[name] for name in names}) for row in rows)


def _made(release: Release) -> Made:
    notes = read_notes(release.path)
    return Made(
        build_id=notes["build_id"],
        release=release.path.name,
        as_of=dt.date.fromisoformat(notes["as_of"]),
        known_at=dt.date.fromisoformat(notes["known_at"]),
        code_sha256=notes["code_sha256"],
    )


def _by_line(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["municipality_code"], row["line_id"]): row for row in rows}


def _grouped(rows: Iterable[dict[str, Any]], column: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return dict(found)
