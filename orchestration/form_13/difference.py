"""``fjernlys skjema13-diff``: a form as two builds have it, line by line, with the rows that came in and went out.

Belongs here: the comparison of two builds. Does not belong here: last year's form beside this year's (``questions``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestration.form_13.builds import build_meant, opened
from orchestration.form_13.reading import ask
from orchestration.settings import Settings, UserError

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


@dataclass(frozen=True)
class Difference:
    """Lines that are not the same in both builds, and how many are."""

    build_from: str
    build_to: str
    rows: list[dict[str, Any]]
    unchanged_count: int


def form_difference(settings: Settings, municipality: str, year: int, build_from: str, build_to: str | None) -> Difference:
    """Lines whose number or rows differ between two builds; the second is by default that of the release in use."""
    first, second = build_meant(settings, build_from), build_meant(settings, build_to)
    if first == second:
        raise UserError(f"Both builds are {first}: there is nothing to compare. Builds of forms that were sent: fjernlys forms")
    with opened(settings, first, second) as con:
        lines = ask(con, _LINES, code=municipality, year=year)
    for build_id, side in ((first, "is_in_first"), (second, "is_in_second")):
        if not any(line[side] for line in lines):
            raise UserError(f"Build {build_id} has no form of {municipality} for {year}.")
    differing = [line for line in lines if line["count_from"] != line["count_to"] or line["in_count"] or line["out_count"]]
    return Difference(first, second, differing, len(lines) - len(differing))
