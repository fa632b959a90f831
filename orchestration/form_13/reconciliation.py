"""``fjernlys explain reconciliation``: numbers that should agree, why they do not, and the rows behind each cause.

Belongs here: the three questions, from the pairs to the rows. Does not belong here: what is held against what (``fct_reconciliation``), own
keys (``own_keys``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration.form_13.asked import asked
from orchestration.form_13.builds import build_meant, opened
from orchestration.form_13.line_ids import meant_line, nearest
from orchestration.form_13.own_keys import AUDIENCE, about_keys, check_audience, rows_with_own_keys
from orchestration.form_13.reading import ask
from orchestration.released import known_municipality, open_release
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NO_ROWS = (
    "No rows: this cause is what is left of the difference between two numbers, or known from elsewhere; no register says whose it is."
)
WHOLE = "all"  # the line of a pair that is not by lines of the form
_PAIRS = """
    select pair_id, line_id, pair_label_nb, line_label_nb, left_label_nb, left_count, right_label_nb, right_count, difference,
        difference_share, missing_reason_label_nb
    from indicators.fct_reconciliation
    where municipality_code = $code and year = $year
    order by sort_order, line_sort_order
"""
_YEARS = "select distinct year from indicators.fct_reconciliation where municipality_code = $code order by year"
_CAUSES = """
    select cause_id, cause_label_nb, amount, member_count, cause_definition_nb
    from indicators.fct_reconciliation_cause
    where municipality_code = $code and year = $year and pair_id = $pair and line_id = $line and (amount <> 0 or member_count > 0)
    order by sort_order
"""
_MEMBERS = """
    select member_kind, member_key, amount, replace(cause_id, 'vacant_dwelling', 'vacant') as reason_code
    from indicators.fct_reconciliation_member
    where municipality_code = $code and year = $year and pair_id = $pair and line_id = $line and cause_id = $cause
"""

_PAIR_TITLES = {
    **{
        "pair_id": "pair",
        "line_id": "line",
        "pair_label_nb": "what",
        "line_label_nb": "text",
        "left_count": "left",
        "right_count": "right",
    },
    **{"difference": "difference", "difference_share": "share", "missing_reason_label_nb": "why not told"},
}
_CAUSE_TITLES = {
    "cause_id": "cause",
    "cause_label_nb": "what",
    "amount": "amount",
    "member_count": "rows",
    "cause_definition_nb": "definition",
}
_ROW_TITLES = {
    **{"member_kind": "kind", "member_key": "key", "local_id": "own key", "dwelling_id": "dwelling", "from_date": "from", "to_date": "to"},
    **{"amount": "amount", "counted_as": "counts as"},
}


@dataclass(frozen=True)
class Reconciled:
    """An answer: what it is about, its columns with their headings, rows, and what is to be said of them."""

    title: str
    titles: dict[str, str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    about_keys: str = ""
    note: str = ""


def explain_reconciliation(
    settings: Settings, code: str, year: int, pair: str | None, line: str | None, cause: str | None, build_id: str | None, audience: str
) -> Reconciled:
    """The pairs of a municipality and year; the causes of one pair; the rows of one cause."""
    check_audience(audience)
    name = known_municipality(settings, code)
    if cause and not pair:
        raise UserError("--cause: say which pair it is a cause of, with --pair.")
    which = {"code": code, "year": year}
    meant = build_meant(settings, build_id)
    with opened(settings, meant) as con:
        pairs = ask(con, _PAIRS, **which)
        if pairs:
            return _answer(settings, con, meant, f"{code} {name} {year}", which, pairs, pair, line, cause)
        years = ", ".join(str(row["year"]) for row in ask(con, _YEARS, code=code))
    if not years:  # another code may be meant, such as that of another year: the forms know which
        with open_release(settings, AUDIENCE) as con:
            asked(settings, con, code, year)
    raise UserError(f"{code} {name} has nothing to hold together for {year}. Years there are: {years or 'none'}.")


def _answer(
    settings: Settings,
    con: DuckDBPyConnection,
    build_id: str,
    whose: str,
    which: dict[str, Any],
    pairs: list[dict[str, Any]],
    pair: str | None,
    line: str | None,
    cause: str | None,
) -> Reconciled:
    if pair is None:
        return Reconciled(whose, _PAIR_TITLES, _of_line(pairs, line) if line else pairs)
    chosen = _chosen(pairs, pair, line)
    of_line = "" if chosen["line_id"] == WHOLE else f", line {chosen['line_id']} {chosen['line_label_nb']}"
    sides = f"{chosen['left_label_nb']} {chosen['left_count']}, {chosen['right_label_nb']} {chosen['right_count']}"
    title = f"{whose}, {chosen['pair_label_nb']}{of_line}: {sides}, difference {chosen['difference']}"
    asked_for = {**which, "pair": pair, "line": chosen["line_id"]}
    causes = ask(con, _CAUSES, **asked_for)
    if cause is None:
        return Reconciled(title, _CAUSE_TITLES, causes, note="" if causes else "The two agree: there is nothing to explain.")
    told = _cause(causes, cause)
    rows = rows_with_own_keys(settings, con, build_id, _MEMBERS, **asked_for, cause=cause)
    return Reconciled(f"{title}. {told}", _ROW_TITLES, rows, about_keys(settings, build_id), "" if rows else _NO_ROWS)


def _of_line(pairs: list[dict[str, Any]], line: str) -> list[dict[str, Any]]:
    lines = [row["line_id"] for row in pairs]
    meant = meant_line(line, lines)
    if meant is None:
        raise UserError(f"--line: no pair has a line '{line.strip()}'. {nearest(line, lines)}")
    return [row for row in pairs if row["line_id"] == meant]


def _chosen(pairs: list[dict[str, Any]], pair: str, line: str | None) -> dict[str, Any]:
    of_pair = [row for row in pairs if row["pair_id"] == pair]
    if not of_pair:
        raise UserError(f"--pair: there is no pair '{pair}'. Those there are: {', '.join(dict.fromkeys(row['pair_id'] for row in pairs))}.")
    lines = [row["line_id"] for row in of_pair]
    if line is None and lines != [WHOLE]:
        raise UserError(f"Pair {pair} is by lines of the form: say which with --line. Those it has: {', '.join(lines)}.")
    meant = meant_line(line or WHOLE, lines)
    if meant is None and lines == [WHOLE]:
        raise UserError(f"--line: pair {pair} is not by lines of the form: leave --line out.")
    if meant is None:
        raise UserError(f"--line: pair {pair} has no line '{line}'. Those it has: {', '.join(lines)}.")
    found = next(row for row in of_pair if row["line_id"] == meant)
    if found["difference"] is None:
        raise UserError(f"Pair {pair} cannot be held together for this year: {found['missing_reason_label_nb']}.")
    return found


def _cause(causes: list[dict[str, Any]], cause: str) -> str:
    found = next((row for row in causes if row["cause_id"] == cause), None)
    if found is None:
        raise UserError(f"--cause: '{cause}' explains nothing here. Causes: {', '.join(row['cause_id'] for row in causes) or 'none'}.")
    return f"{found['cause_label_nb']}: {found['amount']}"
