"""``fjernlys explain skjema13 --control``: from a control of the form to the rows, or to the lines, that it looks at.

Belongs here: which rows and lines. Does not belong here: what a control holds (``fct_form_control``), own keys (``own_keys``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration.form_13.builds import build_meant, opened
from orchestration.form_13.own_keys import about_keys, check_audience, rows_with_own_keys
from orchestration.form_13.reading import ask
from orchestration.released import known_municipality
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SENT, _OF_LINES = "sent", ("K16", "K17")
_CONTROLS = """
    select control_id, origin, origin_label_nb, label_nb, message_nb, is_met, line_ids
    from indicators.fct_form_control where municipality_code = $code and year = $year
    order by control_id, origin
"""
_LAST_YEARS_CODE = """
    select code_before from intermediate.int_geography__code_before where municipality_code = $code and year = $year order by code_before
"""
# What controls of the register look at that are no sums of lines: households, dwellings, and those without a group.
_LOOKED_AT = {"K08": ("households", "all"), "K09": ("households", "all"), "K10": ("disposed_dwellings", "all")}
_LOOKED_AT["K15"] = ("newly_moved_in", "unclassified")
_LINE = """
    select line_id from indicators.fct_form_line
    where municipality_code = $code and year = $year and measure_id = $measure and breakdown_code = $breakdown_code
    order by sort_order limit 1
"""
_ROWS = """
    with
    found as (
        select control_id, finding_key, member_kind, member_key, reason_code from intermediate.int_indicators__form_double_row
        where municipality_code = $code and year = $year
        union all
        select 'K14', household_key, 'household', household_key,
            case when is_counted_over then 'over_five_years' else 'flagged_over_five_years' end
        from intermediate.int_indicators__form_refugee_household
        where municipality_code = $code and year = $year and is_over
    )
    select found.member_kind, found.member_key, found.reason_code, label.label_nb as reason_label_nb,
        dense_rank() over (order by found.reason_code <> 'two_offices', found.finding_key)::integer as finding
    from found left join seeds.code_label as label on label.code_list = 'form_reason' and found.reason_code = label.code
    where found.control_id = $control
"""
HAVE_ROWS = ("K12", "K13", "K14")


@dataclass(frozen=True)
class ControlExplained:
    """A control: what it says, the commands that lead on from it, and its rows."""

    says: list[str]
    commands: list[str]
    about_keys: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def explain_control(settings: Settings, code: str, year: int, control: str, build_id: str | None, audience: str) -> ControlExplained:
    """The rows of a control that finds some; of one that holds numbers against each other, where their rows are asked for."""
    check_audience(audience)
    name = known_municipality(settings, code)
    meant = build_meant(settings, build_id)
    wanted = control.strip().upper()
    which = {"code": code, "year": year}
    with opened(settings, meant) as con:
        controls = ask(con, _CONTROLS, **which)
        if not controls:
            raise UserError(f"{code} {name} has no form of {year}, and no controls.")
        if wanted in _OF_LINES:
            raise UserError(f"{wanted} looks at single lines, which the form's sheet Kontroller names. Ask for the line: --line.")
        found = [row for row in controls if row["control_id"] == wanted]
        if not found:
            there_are = ", ".join(dict.fromkeys(row["control_id"] for row in controls))
            raise UserError(f"--control: there is no control '{control.strip()}' of the form of {year}. Those there are: {there_are}.")
        says = [f"{code} {name} {year}, {wanted} {row['origin_label_nb']}: {row['label_nb']}: {row['message_nb']}" for row in found]
        commands = [] if wanted in HAVE_ROWS else list(dict.fromkeys(line for row in found for line in _commands(con, row, **which)))
        rows = rows_with_own_keys(settings, con, meant, _ROWS, **which, control=wanted) if wanted in HAVE_ROWS else []
    rows.sort(key=lambda row: row["finding"])
    return ControlExplained(says, commands, about_keys(settings, meant), rows)


def _commands(con: DuckDBPyConnection, control: dict[str, Any], code: str, year: int) -> list[str]:
    """What to ask for next: the rows of lines, or of last year's form as sent why it is another than the register."""
    lines = [line for line in (control["line_ids"] or "").split(", ") if line]
    if control["origin"] == _SENT and control["control_id"] in ("K09", "K10", "K11"):
        codes = [row["code_before"] for row in ask(con, _LAST_YEARS_CODE, code=code, year=year)]
        return [
            f"fjernlys explain reconciliation --municipality {before} --year {year - 1} --pair own_form_sent --line {line}"
            for before in codes
            for line in lines
        ]
    if control["control_id"] in _LOOKED_AT:
        measure, breakdown_code = _LOOKED_AT[control["control_id"]]
        lines = [row["line_id"] for row in ask(con, _LINE, code=code, year=year, measure=measure, breakdown_code=breakdown_code)]
    return [f"fjernlys explain skjema13 --municipality {code} --year {year} --line {line}" for line in lines]
