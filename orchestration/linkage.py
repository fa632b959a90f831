"""The report of person linkage of one municipality, from the current release: who is found in which other register, and why not.

Belongs here: the report on the terminal. Does not belong here: linking (``int_persons__year``, ``fct_person_linkage``).
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orchestration.released import ask_release, known_municipality
from orchestration.settings import Settings
from orchestration.terminal import table_console

_YEARS = "select distinct year from fct_person_linkage where municipality_code = $code order by year desc"
_LINES = """
    select
        source || ', ' || entity as persons_of, other_source, sum(row_count)::bigint as rows,
        coalesce(sum(row_count) filter (outcome = 'joined'), 0)::bigint as joined,
        coalesce(sum(row_count) filter (outcome = 'not_in_other'), 0)::bigint as not_in_other,
        coalesce(sum(row_count) filter (outcome = 'duf_alone_not_in_other'), 0)::bigint as duf_alone,
        coalesce(sum(row_count) filter (outcome = 'id_missing'), 0)::bigint as missing,
        coalesce(sum(row_count) filter (outcome = 'id_invalid_check_digits'), 0)::bigint as invalid,
        coalesce(sum(row_count) filter (outcome = 'id_placeholder'), 0)::bigint as placeholder,
        coalesce(sum(row_count) filter (outcome = 'other_not_delivered'), 0)::bigint as not_delivered
    from fct_person_linkage
    where municipality_code = $code and year = $year
    group by all
    order by 1, 2
"""
_TITLES = {
    "joined": "rows joined",
    "not_in_other": "not there",
    "duf_alone": "DUF alone",
    "missing": "no id",
    "invalid": "wrong id",
    "placeholder": "placeholder",
}


def print_linkage(settings: Settings, municipality: str, year: int | None = None, console: Console | None = None) -> None:
    """Every file with persons against every other register, for one year; by default the latest."""
    console = console or table_console()
    name = known_municipality(settings, municipality)
    years = [row["year"] for row in ask_release(settings, _YEARS, {"code": municipality})]
    if not years:
        console.print(f"{municipality} {name} has delivered no persons yet.", highlight=False)
        return
    if year is not None and year not in years:
        console.print(f"{municipality} {name} has delivered no persons for {year}. Years: {', '.join(map(str, years))}", highlight=False)
        return
    lines = ask_release(settings, _LINES, {"code": municipality, "year": year or years[0]})
    console.print(
        f"Person linkage of {municipality} {name}, {year or years[0]}: rows of each file, and how many are found where", highlight=False
    )
    for file in dict.fromkeys(line["persons_of"] for line in lines):
        console.print(_table([line for line in lines if line["persons_of"] == file]))
    absent = sorted({line["other_source"] for line in lines if line["not_delivered"]})
    if absent:
        console.print(f"Not delivered for this year, so that nobody can be looked for there: {', '.join(absent)}", highlight=False)


def _table(lines: list[dict[str, Any]]) -> Table:
    """One file: a row for each register that was delivered; columns that are empty are left out."""
    titles = {name: title for name, title in _TITLES.items() if any(line[name] for line in lines)}
    table = Table(box=None, title=f"\n{lines[0]['persons_of']}: {lines[0]['rows']} rows", title_justify="left", title_style="bold")
    table.add_column("looked for in", no_wrap=True, min_width=24)
    for column in (*titles.values(), "joined"):
        table.add_column(column, justify="right", no_wrap=True)
    for line in lines:
        if not line["not_delivered"]:
            numbers = [str(line[name] or "") for name in titles]
            table.add_row(line["other_source"], *numbers, f"{100 * line['joined'] / line['rows']:.0f} %")
    return table
