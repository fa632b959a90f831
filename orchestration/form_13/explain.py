"""``fjernlys explain skjema13``: the rows behind a number of the form, for those who may see them.

Belongs here: which rows. Does not belong here: what counts and why (``fct_form_line_member``), own keys (``own_keys``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestration.form_13.asked import asked
from orchestration.form_13.builds import build_meant, opened
from orchestration.form_13.line_ids import meant_line, nearest
from orchestration.form_13.own_keys import AUDIENCE, about_keys, check_audience, rows_with_own_keys
from orchestration.form_13.reading import ask
from orchestration.released import open_release
from orchestration.settings import Settings, UserError

_LINE = """
    select line_id, municipality_name, section_id, label_nb, definition_nb, line_count, missing_reason_nb
    from indicators.fct_form_line where municipality_code = $code and year = $year and line_id = $line
"""
_LINES = "select line_id from indicators.fct_form_line where municipality_code = $code and year = $year order by sort_order"
_MEMBERS = """
    select member_kind, member_key, reason_code, reason_label_nb
    from indicators.fct_form_line_member
    where municipality_code = $code and year = $year and line_id = $line and is_counted = $is_counted
"""
_LEFT_OUT_OF = """
    select distinct line.line_id, line.label_nb
    from indicators.fct_form_line_member as member inner join indicators.fct_form_line as line using (municipality_code, year, line_id)
    where municipality_code = $code and year = $year and not member.is_counted and line.section_id = $section
"""


@dataclass(frozen=True)
class Explained:
    """The line and its rows: those that it counts, or those that were left out."""

    title: str
    count: int
    rows: list[dict[str, Any]]
    about_keys: str


def explain_line(
    settings: Settings, municipality: str, year: int, line_id: str, is_left_out: bool, build_id: str | None, audience: str
) -> Explained:
    """The rows behind a line, from the build of the release in use or from one that is named."""
    check_audience(audience)
    if build_id is None:
        with open_release(settings, AUDIENCE) as con:
            asked(settings, con, municipality, year)
    meant = build_meant(settings, build_id)
    with opened(settings, meant) as con:
        which = {"code": municipality, "year": year}
        line = _line(con, which, line_id, meant)
        line_id = line["line_id"]
        if line["line_count"] is None:
            raise UserError(f"Line {line_id} has no number for {year}, and no rows behind it: {line['missing_reason_nb']}")
        rows = rows_with_own_keys(settings, con, meant, _MEMBERS, **which, line=line_id, is_counted=not is_left_out)
        if is_left_out and not rows:
            _say_where_left_out(con, which, line_id, line["section_id"])
    title = f"{municipality} {line['municipality_name']} {year}, line {line_id} {line['label_nb']}: {line['line_count']} (build {meant})"
    return Explained(title, line["line_count"], rows, about_keys(settings, meant))


def _line(con: Any, which: dict[str, Any], line_id: str, build_id: str) -> dict[str, Any]:
    lines = [row["line_id"] for row in ask(con, _LINES, **which)]
    if not lines:
        raise UserError(f"Build {build_id} has no form of {which['code']} for {which['year']}.")
    meant = meant_line(line_id, lines)
    if meant is None:
        raise UserError(f"--line: the form of {which['year']} has no line '{line_id.strip()}'. {nearest(line_id, lines)}")
    return ask(con, _LINE, **which, line=meant)[0]


def _say_where_left_out(con: Any, which: dict[str, Any], line_id: str, section: str) -> None:
    wholes = ask(con, _LEFT_OUT_OF, **which, section=section)
    if wholes and line_id not in {row["line_id"] for row in wholes}:
        named = ", ".join(f"{row['line_id']} {row['label_nb']}" for row in wholes)
        raise UserError(f"Rows are left out of the whole, not of line {line_id}, which is a part of it. Ask for: {named}.")
