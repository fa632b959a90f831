"""Which form somebody asks for, and in clear words why there is none.

Belongs here: from a code and a year to what the release can answer. Does not belong here: reading the form (``reading``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.form_13 import questions
from orchestration.form_13.reading import ask
from orchestration.released import known_municipality
from orchestration.releasing import publish
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FEW = 8
_SAME_AREA = """
    select distinct other.municipality_code
    from dim_municipality as asked inner join dim_municipality as other on asked.current_code = other.current_code
    where asked.municipality_code = $code and other.municipality_code <> $code
"""
_DAYS_OF_CODE = """
    select min(valid_from) as first_day, case when count(*) = count(valid_to) then max(valid_to) - 1 end as last_day
    from dim_municipality where municipality_code = $code
"""
_BECAME = """
    select distinct after.municipality_code as code, municipality.municipality_name as name
    from bridge_municipality_before as after
    inner join dim_municipality as municipality
        on after.municipality_code = municipality.municipality_code and municipality.valid_from <= make_date(after.year, 12, 31)
            and (municipality.valid_to is null or municipality.valid_to > make_date(after.year, 12, 31))
    where after.code_before = $code and after.municipality_code <> $code
    order by all
"""
_WAS = """
    select code_before as code, name_before as name
    from bridge_municipality_before
    where municipality_code = $code and code_before <> $code
        and year = (select min(year) from bridge_municipality_before where municipality_code = $code)
    order by all
"""


@dataclass(frozen=True)
class Asked:
    """A year, and the municipalities whose forms are wanted."""

    codes: tuple[str, ...]
    year: int


def asked(settings: Settings, con: DuckDBPyConnection, municipality: str | None, year: int | None) -> Asked:
    """What is asked for: one municipality, or all that have a form of the year. The default year is the last with a form."""
    rows = ask(con, questions.FORMS)
    years = sorted({row["year"] for row in rows})
    if not years:
        raise UserError("No municipality has told enough of any year for a form. What was delivered: fjernlys calendar")
    year = year or years[-1]
    have = {(row["municipality_code"], row["year"]): row["municipality_name"] for row in rows}
    codes = tuple(sorted(code for code, of_year in have if of_year == year))
    if municipality is None:
        if not codes:
            raise UserError(f"--year: no municipality has a form of {year}. Years there are: {_span(years)}.")
        return Asked(codes, year)
    if (municipality, year) in have:
        return Asked((municipality,), year)
    raise UserError(_why_none(con, municipality, known_municipality(settings, municipality), year, have))


def _why_none(con: DuckDBPyConnection, code: str, name: str, year: int, have: dict[tuple[str, int], str]) -> str:
    no_form = f"{code} {name} has no form of {year}"
    changed = _out_of_use(con, code, year)
    same_area = [row["municipality_code"] for row in ask(con, _SAME_AREA, code=code)] if changed else []
    others = [(other, have[other, year]) for other in sorted(same_area) if (other, year) in have]
    if others:
        which = "the form of that year is" if len(others) == 1 else "the forms of that year are"
        return f"{no_form}: {which} of {_named(others)}. Its borders or its code changed: {changed}."
    own_years = sorted(of_year for found, of_year in have if found == code)
    if own_years and not changed:
        return f"{no_form}: nothing was delivered of that year. Years there are: {_span(own_years)}."
    of_year = [(other, its_name) for (other, its), its_name in sorted(have.items()) if its == year]
    there_are = f" Those that have one: {_named(of_year)}." if of_year else ""
    return f"{no_form}: {changed or 'it has delivered nothing that a form can be made of'}.{there_are}"


def _named(some: list[tuple[str, str]]) -> str:
    """Municipalities by code and name; of many the first."""
    few = ", ".join(f"{code} {name}" for code, name in some[:_FEW])
    return few + (f" and {len(some) - _FEW} more" if len(some) > _FEW else "")


def _out_of_use(con: DuckDBPyConnection, code: str, year: int) -> str:
    """Until or from when a code was in use, and what its area was called after or before; empty where it was in use at the year's end."""
    (row,) = ask(con, _DAYS_OF_CODE, code=code)
    if row["last_day"] and row["last_day"] < dt.date(year, 12, 31):
        became = [(after["code"], after["name"]) for after in ask(con, _BECAME, code=code)]
        return f"{code} was in use until {row['last_day']}" + (f", and its area went to {_named(became)}" if became else "")
    if row["first_day"] and row["first_day"] > dt.date(year, 12, 31):
        was = [(before["code"], before["name"]) for before in ask(con, _WAS, code=code)]
        return f"{code} is in use from {row['first_day']}" + (f", and its area was {_named(was)} before" if was else "")
    return ""


def _span(years: list[int]) -> str:
    """Years as people say them: 2019-2021, 2023."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def release_in_use(settings: Settings) -> publish.Release:
    """The release that forms are made of."""
    release = publish.current_release(settings)
    if release is None:
        raise UserError(f"There is no release in {settings.releases} yet. Run: fjernlys nightly")
    return release
