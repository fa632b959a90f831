"""``fjernlys skjema13-diff``: a form as two builds have it, line by line, and the rows that came to a line and went out of it.

Belongs here: the comparison of two builds. Does not belong here: last year's form beside this year's (``questions``), own
keys (``own_keys``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.form_13.builds import build_meant, opened
from orchestration.form_13.line_ids import meant_line, nearest
from orchestration.form_13.own_keys import about_keys, check_audience, rows_with_own_keys
from orchestration.form_13.reading import ask
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LINES = """
    with
    member as (
        select 'warehouse' as side, line_id, member_key from warehouse.indicators.fct_form_line_member
        where municipality_code = $code and year = $year and is_counted
        union all
        select 'other', line_id, member_key from other.indicators.fct_form_line_member
        where municipality_code = $code and year = $year and is_counted
    ),
    moved as (
        select line_id, count(*) filter (side = 'other')::integer as in_count, count(*) filter (side = 'warehouse')::integer as out_count
        from (select line_id, member_key, any_value(side) as side from member group by line_id, member_key having count(*) = 1)
        group by line_id
    ),
    first as (select * from warehouse.indicators.fct_form_line where municipality_code = $code and year = $year),
    second as (select * from other.indicators.fct_form_line where municipality_code = $code and year = $year)
    select coalesce(second.line_id, first.line_id) as line_id, coalesce(second.label_nb, first.label_nb) as label_nb,
        first.line_count as count_from, second.line_count as count_to, second.line_count - first.line_count as change,
        coalesce(moved.in_count, 0) as in_count, coalesce(moved.out_count, 0) as out_count,
        first.line_id is not null as is_in_first, second.line_id is not null as is_in_second
    from first full join second on first.line_id = second.line_id
    left join moved on moved.line_id = coalesce(second.line_id, first.line_id)
    order by coalesce(second.sort_order, first.sort_order), line_id
"""
# A row that came counts for the reason it has now. One that went was left out of the whole, or is counted on another line of the section
# that it was not on before; else the register has it no more.
_ROWS = """
    with
    section as (
        select line_id, label_nb from other.indicators.fct_form_line
        where municipality_code = $code and year = $year
            and section_id in (
                select section_id from {side}.indicators.fct_form_line
                where municipality_code = $code and year = $year and line_id = $line
            )
    ),
    before as (select * from warehouse.indicators.fct_form_line_member where municipality_code = $code and year = $year),
    now as (select * from other.indicators.fct_form_line_member where municipality_code = $code and year = $year),
    moved as (
        select member_kind, member_key from {side}.indicators.fct_form_line_member
        where municipality_code = $code and year = $year and line_id = $line and is_counted
        except
        select member_kind, member_key from {opposite}.indicators.fct_form_line_member
        where municipality_code = $code and year = $year and line_id = $line and is_counted
    ),
    reason as (
        select member_key, 1 as precedence, reason_code, reason_label_nb from now where line_id = $line and is_counted
        union all
        select now.member_key, 2, now.reason_code, now.reason_label_nb from now inner join section using (line_id) where not now.is_counted
        union all
        select now.member_key, 3, 'another_line', 'Talt på linje ' || section.line_id || ' ' || section.label_nb
        from now
        inner join section using (line_id)
        anti join before on now.line_id = before.line_id and now.member_key = before.member_key and before.is_counted
        where now.is_counted
    )
    select moved.member_kind, moved.member_key, '{change}' as change, coalesce(found.reason_code, 'not_there') as reason_code,
        coalesce(found.reason_label_nb, 'Står ikke lenger i registeret for året') as reason_label_nb
    from moved
    left join (
        select member_key, arg_min(reason_code, (precedence, reason_code)) as reason_code,
            arg_min(reason_label_nb, (precedence, reason_code)) as reason_label_nb
        from reason group by member_key
    ) as found on moved.member_key = found.member_key
"""
_ROWS_IN = _ROWS.format(side="other", opposite="warehouse", change="in")
_ROWS_OUT = _ROWS.format(side="warehouse", opposite="other", change="out")


@dataclass(frozen=True)
class Difference:
    """Lines that are not the same in both builds, and how many are."""

    build_from: str
    build_to: str
    rows: list[dict[str, Any]]
    unchanged_count: int


def form_difference(settings: Settings, municipality: str, year: int, build_from: str, build_to: str | None) -> Difference:
    """Lines whose number or rows differ between two builds; the second is by default that of the release in use."""
    first, second = _two_builds(settings, build_from, build_to)
    with opened(settings, first, second) as con:
        lines = _lines(con, municipality, year, first, second)
    differing = [line for line in lines if line["count_from"] != line["count_to"] or line["in_count"] or line["out_count"]]
    return Difference(first, second, differing, len(lines) - len(differing))


@dataclass(frozen=True)
class LineDifference:
    """A line in both builds, what is to be said of keys, and the rows that came to it and went out of it."""

    title: str
    about_keys: str
    rows: list[dict[str, Any]]


def line_difference(
    settings: Settings, municipality: str, year: int, build_from: str, build_to: str | None, line: str, audience: str
) -> LineDifference:
    """The rows of a line that one of two builds counts and the other does not, each with why in the second."""
    check_audience(audience)
    first, second = _two_builds(settings, build_from, build_to)
    with opened(settings, first, second) as con:
        lines = _lines(con, municipality, year, first, second)
        names = [row["line_id"] for row in lines]
        line_id = meant_line(line, names)
        if line_id is None:
            raise UserError(f"--line: the form of {year} has no line '{line.strip()}'. {nearest(line, names)}")
        which = {"code": municipality, "year": year, "line": line_id}
        # Own keys are those of the build that has the row.
        out = rows_with_own_keys(settings, con, first, _ROWS_OUT, **which)
        con.execute("use other")
        rows = [*out, *rows_with_own_keys(settings, con, second, _ROWS_IN, **which)]
    of_line = next(row for row in lines if row["line_id"] == line_id)
    counts = " to ".join("no number" if count is None else str(count) for count in (of_line["count_from"], of_line["count_to"]))
    title = f"{municipality} {year}, line {line_id} {of_line['label_nb']}: {counts}, build {first} to {second}"
    told = dict.fromkeys(filter(None, (about_keys(settings, build) for build in (first, second))))
    return LineDifference(title, " ".join(told), rows)


def _two_builds(settings: Settings, build_from: str, build_to: str | None) -> tuple[str, str]:
    first, second = build_meant(settings, build_from), build_meant(settings, build_to)
    if first == second:
        raise UserError(f"Both builds are {first}: there is nothing to compare. Builds of forms that were sent: fjernlys forms")
    return first, second


def _lines(con: DuckDBPyConnection, municipality: str, year: int, first: str, second: str) -> list[dict[str, Any]]:
    lines = ask(con, _LINES, code=municipality, year=year)
    for build_id, side in ((first, "is_in_first"), (second, "is_in_second")):
        if not any(line[side] for line in lines):
            raise UserError(f"Build {build_id} has no form of {municipality} for {year}.")
    return lines
