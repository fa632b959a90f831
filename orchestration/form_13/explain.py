"""``fjernlys explain skjema13``: the rows behind a number of the form, for those who may see them.

Belongs here: which rows, with the municipality's own keys. Does not belong here: what counts and why (``fct_form_line_member``).

Own keys stand in no release: they are read from the build, which is the owner's alone. The other key is that of the analysts' release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestration.form_13.asked import asked
from orchestration.form_13.builds import build_meant, opened
from orchestration.form_13.reading import ask
from orchestration.privacy.pseudonym import load_key
from orchestration.released import open_release
from orchestration.releasing import rekey
from orchestration.releasing.audience import audience_names
from orchestration.settings import Settings, UserError

AUDIENCE = "analyst"
_LINE = """
    select municipality_name, section_id, label_nb, definition_nb, line_count, missing_reason_nb
    from indicators.fct_form_line where municipality_code = $code and year = $year and line_id = $line
"""
_LINES = "select line_id from indicators.fct_form_line where municipality_code = $code and year = $year order by sort_order"
_HERE = """
    from indicators.fct_form_line_member
    where municipality_code = $code and year = $year and line_id = $line and is_counted = $is_counted
"""
_LEFT_OUT_OF = """
    select distinct line.line_id, line.label_nb
    from indicators.fct_form_line_member as member inner join indicators.fct_form_line as line using (municipality_code, year, line_id)
    where municipality_code = $code and year = $year and not member.is_counted and line.section_id = $section
"""
# Own keys and days, so that nobody has to look further: of a tenancy and of the household that lives there also the dwelling.
_ROWS = f"""
    with
    dwelling as (
        select dwelling_key, any_value(dwelling_id) as dwelling_id, min(acquired_date) as from_date, max(disposed_date) as to_date
        from dwellings.dim_dwelling
        group by dwelling_key
    ),
    tenancy as (
        select tenancy.tenancy_key, tenancy.tenancy_id, dwelling.dwelling_id, tenancy.start_date, tenancy.end_date
        from households.fct_tenancy as tenancy left join dwelling on tenancy.dwelling_key = dwelling.dwelling_key
    ),
    own as (
        select dwelling_key as member_key, dwelling_id as local_id, null as dwelling_id, from_date, to_date from dwelling
        union all
        select tenancy_key, tenancy_id, dwelling_id, start_date, end_date from tenancy
        union all
        select household.household_key, household.household_id, tenancy.dwelling_id, tenancy.start_date, tenancy.end_date
        from households.dim_household as household
        left join households.fct_household_year as lives on household.household_key = lives.household_key and lives.year = $year
        left join tenancy on lives.tenancy_key = tenancy.tenancy_key
        union all
        select application_key, application_id, null, received_date, left_list_date from households.fct_application
        union all
        select stay_key, stay_id, null, start_date, end_date from households.fct_temporary_stay
    )
    select member.member_kind, key.new as member_key, own.local_id, own.dwelling_id, own.from_date, own.to_date, member.reason_code,
        member.reason_label_nb
    from (select * {_HERE}) as member
    inner join {rekey.MAP} as key on member.member_key = key.old
    left join own on member.member_key = own.member_key
    order by member.member_kind, own.local_id, key.new
"""


@dataclass(frozen=True)
class Explained:
    """The line and its rows: those that it counts, or those that were left out."""

    title: str
    count: int
    rows: list[dict[str, Any]]


def explain_line(
    settings: Settings, municipality: str, year: int, line_id: str, is_left_out: bool, build_id: str | None, audience: str
) -> Explained:
    """The rows behind a line, from the build of the release in use or from one that is named."""
    _check_audience(audience)
    if build_id is None:
        with open_release(settings, AUDIENCE) as con:
            asked(settings, con, municipality, year)
    meant = build_meant(settings, build_id)
    with opened(settings, meant) as con:
        which = {"code": municipality, "year": year}
        line = _line(con, which, line_id, meant)
        if line["line_count"] is None:
            raise UserError(f"Line {line_id} has no number for {year}, and no rows behind it: {line['missing_reason_nb']}")
        told = {**which, "line": line_id, "is_counted": not is_left_out}
        _map_keys(settings, con, told)
        rows = ask(con, _ROWS, **told)
        if is_left_out and not rows:
            _say_where_left_out(con, which, line_id, line["section_id"])
    title = f"{municipality} {line['municipality_name']} {year}, line {line_id} {line['label_nb']}: {line['line_count']} (build {meant})"
    return Explained(title, line["line_count"], rows)


def _check_audience(audience: str) -> None:
    if audience not in audience_names():
        raise UserError(f"There is no audience '{audience}'. The rows behind a number are for: {AUDIENCE}.")
    if audience != AUDIENCE:
        raise UserError(
            f"The rows behind a number are not for audience {audience}: they tell who lives where and why. They are for: {AUDIENCE}."
        )


def _line(con: Any, which: dict[str, Any], line_id: str, build_id: str) -> dict[str, Any]:
    found = ask(con, _LINE, **which, line=line_id)
    if found:
        return found[0]
    lines = [row["line_id"] for row in ask(con, _LINES, **which)]
    if not lines:
        raise UserError(f"Build {build_id} has no form of {which['code']} for {which['year']}.")
    raise UserError(f"--line: the form of {which['year']} has no line '{line_id}'. Its lines: {', '.join(lines)}.")


def _map_keys(settings: Settings, con: Any, told: dict[str, Any]) -> None:
    """The keys of the analysts' release, for the rows that are shown."""
    con.execute(f"create temp table shown as select member_key as old {_HERE}", told)
    rekey.create_map(con, "select old from temp.shown", rekey.audience_secret(load_key(settings), AUDIENCE))


def _say_where_left_out(con: Any, which: dict[str, Any], line_id: str, section: str) -> None:
    wholes = ask(con, _LEFT_OUT_OF, **which, section=section)
    if wholes and line_id not in {row["line_id"] for row in wholes}:
        named = ", ".join(f"{row['line_id']} {row['label_nb']}" for row in wholes)
        raise UserError(f"Rows are left out of the whole, not of line {line_id}, which is a part of it. Ask for: {named}.")
