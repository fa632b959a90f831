"""``fjernlys worklist``: what one municipality has to mend, from the current release, as text, CSV or a page for the supplier.

Belongs here: the questions and how the answer is shown. Does not belong here: when a row is open or mended (``fct_quarantine_row``).

A work list names files, lines, fields and rules, never a value: it holds nothing about a person.
"""

from __future__ import annotations

import csv
import html
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.page_frame import page
from orchestration.released import ask_release, known_municipality
from orchestration.settings import Settings, UserError
from orchestration.spreadsheet import harmless
from orchestration.terminal import row_count

FORMATS = ("text", "csv", "html")
_OPEN = """
    select w.source, w.extract, w.entity, w.period_end, w.delivery_id, w.file_name, w.line_number, w.field_name, w.rule_id, r.title_nb,
        w.reason, w.first_seen_date, w.last_seen_date, w.seen_count
    from fct_quarantine_row as w left join dim_quality_rule as r using (rule_id)
    where w.supplier = $code and w.state = 'open'
    order by w.period_end desc, w.source, w.delivery_id, w.file_name, w.line_number, w.rule_id
"""
_RULES = """
    select w.rule_id, any_value(r.title_nb) as title_nb, count(*) filter (state = 'open') as open_rows,
        count(*) filter (state = 'accepted') as accepted_rows, count(*) filter (state = 'mended') as mended_rows
    from fct_quarantine_row as w left join dim_quality_rule as r using (rule_id)
    where w.supplier = $code group by w.rule_id order by w.rule_id
"""
_TIME = """
    select received_date, source, period_end, delivery_status, string_agg(rule_id || ' ' || rule_rows, ', ' order by rule_id) as rules,
        sum(rule_rows)::bigint as row_count, sum(open_rows)::bigint as open_row_count
    from (
        select received_date, source, period_end, delivery_status, rule_id,
            sum(row_count)::bigint as rule_rows, sum(open_row_count)::bigint as open_rows
        from fct_quarantine_delivery where supplier = $code group by all
    )
    group by all order by received_date desc, source
"""
_DECISIONS = """
    select kind, decision_id, decided_at, no_longer_because from fct_decision
    where municipality_code = $code and state = 'no_longer_applies' order by kind, decision_id
"""
_WHY_NOT = {
    "key_gone": "its key is in no delivery",
    "contradicted": "a later decision says something else",
    "inconsistent": "taken together with others it contradicts itself",
    "different_dwellings": "its tenancies stand in different dwellings",
    "already_right": "the delivered data say the same",
    "unknown_group": "its code is in no list",
    "expired": "its time is over",
}
_WHERE_DECIDED = (
    "The municipality gave the ids itself; as a rule M- is a row of group_corrections.csv (group_correction), K- of "
    "match_decisions.csv (match_decision) and A- of accepted_deviations.csv (accepted_deviation). Mend or take out the row there "
    "and send the whole file again: docs/decide.md."
)
_ROW_TITLES = ("period to", "file", "line", "field", "rule", "what would be right", "first seen", "times")
_CSV_COLUMNS = (
    *(
        "source",
        "extract",
        "entity",
        "period_end",
        "delivery_id",
        "file_name",
        "line_number",
        "field_name",
        "rule_id",
        "title_nb",
        "reason",
    ),
    *("first_seen_date", "last_seen_date", "seen_count"),
)


@dataclass(frozen=True)
class WorkList:
    """Everything about one municipality: rows to mend, counts by rule and over time, and decisions that no longer apply."""

    code: str
    name: str
    rows: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    over_time: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


def read_worklist(settings: Settings, code: str) -> WorkList:
    """The work list of a municipality in the current release."""
    name = known_municipality(settings, code)
    return WorkList(code, name, *(ask_release(settings, sql, {"code": code}) for sql in (_OPEN, _RULES, _TIME, _DECISIONS)))


def municipalities_with_a_list(settings: Settings) -> list[str]:
    """Those that have ever had a row in quarantine or a decision."""
    sql = "select supplier as code from fct_quarantine_row union select municipality_code from fct_decision order by 1"
    return [row["code"] for row in ask_release(settings, sql) if row["code"].isdigit()]


def render_worklist(work: WorkList, form: str) -> str:
    """The list as text, CSV or a whole HTML page."""
    if form not in FORMATS:
        raise UserError(f"--format: '{form}' is not a format. Write one of {', '.join(FORMATS)}.")
    return {"text": _as_text, "csv": _as_csv, "html": _as_page}[form](work)


def write_worklist(settings: Settings, code: str, form: str, out: Path | None) -> str:
    """The rendered list; written to a file where one is named."""
    text = render_worklist(read_worklist(settings, code), form)
    if out:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(f"--out: {out}: the file cannot be written ({error.strerror}).") from None
    return text


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    first = (row["period_end"], row["file_name"], row["line_number"], row["field_name"])
    last = (f"{row['rule_id']} {row['title_nb'] or ''}".strip(), row["reason"], row["first_seen_date"], row["seen_count"])
    return tuple("" if value is None else str(value) for value in (*first, *last))


def _as_text(work: WorkList) -> str:
    lines = [f"Work list of {work.code} {work.name}: {row_count(len(work.rows))} to mend", ""]
    for row in work.rows:
        period, file, line, field, rule, reason, first, times = _cells(row)
        lines.append(f"{file}, line {line}{f', field {field}' if field else ''}: {rule}: {reason}")
        lines.append(f"    delivery {row['delivery_id']}, period to {period}; first seen {first}, {times} time(s)")
    lines += ["", "By rule: open, accepted, mended"]
    lines += [f"  {r['rule_id']} {r['title_nb']}: {r['open_rows']}, {r['accepted_rows']}, {r['mended_rows']}" for r in work.rules]
    lines += ["", "Over time"]
    lines += [
        f"  received {t['received_date']} {t['source']} period to {t['period_end']} ({t['delivery_status']}): "
        f"{t['row_count']} ({t['rules']}), {t['open_row_count']} still open"
        for t in work.over_time
    ]
    if work.decisions:
        lines += ["", "Decisions that no longer apply", f"  {_WHERE_DECIDED}"]
        lines += [f"  {d['kind']} {d['decision_id']} of {d['decided_at']}: {_WHY_NOT[d['no_longer_because']]}" for d in work.decisions]
    return "\n".join(lines) + "\n"


def _as_csv(work: WorkList) -> str:
    """For a spreadsheet: a cell that would be taken for a formula is written as text."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(_CSV_COLUMNS)
    writer.writerows([harmless(row[name]) for name in _CSV_COLUMNS] for row in work.rows)
    return target.getvalue()


def _as_page(work: WorkList) -> str:
    parts = [
        f"<p>{len(work.rows)} rows are in quarantine and wait for a corrected delivery. A row leaves the list when a delivery that "
        "holds it in order, or one for the same period without it, has been taken in. Lines are those of the file; no value is shown.</p>",
        _table("Rows to mend", _ROW_TITLES, [_cells(row) for row in work.rows]),
        _table(
            "By rule",
            ("rule", "", "open", "accepted", "mended"),
            [tuple(r[k] for k in ("rule_id", "title_nb", "open_rows", "accepted_rows", "mended_rows")) for r in work.rules],
        ),
        _table(
            "Over time",
            ("received", "source", "period to", "status", "rows by rule", "rows", "still open"),
            [
                tuple(t[k] for k in ("received_date", "source", "period_end", "delivery_status", "rules", "row_count", "open_row_count"))
                for t in work.over_time
            ],
        ),
    ]
    if work.decisions:
        rows = [(d["kind"], d["decision_id"], d["decided_at"], _WHY_NOT[d["no_longer_because"]]) for d in work.decisions]
        parts.append(_table("Decisions that no longer apply", ("kind", "id", "decided", "why"), rows))
        parts.append(f"<p>{html.escape(_WHERE_DECIDED)}</p>")
    return page(f"Work list of {work.code} {work.name}", "\n".join(parts))


def _table(title: str, heads: tuple[str, ...], rows: list[tuple]) -> str:
    if not rows:
        return f"<h2>{html.escape(title)}</h2><p>None.</p>"
    head = "".join(f"<th>{html.escape(h)}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape('' if c is None else str(c))}</td>" for c in row) + "</tr>" for row in rows)
    return f"<h2>{html.escape(title)}</h2><table><tr>{head}</tr>{body}</table>"
