"""What each figure counts, row by row: the members of a measure in one warehouse (rule C96).

Belongs here: SQL from marts to members. Does not belong here: comparing two warehouses (``explain``).

A figure is the number of its members, so that the difference between two figures is the number of members that came less the number that
went, and every one of them can be followed to a delivery.
"""

from __future__ import annotations

from dataclasses import dataclass

# The models that are read here
READ = (
    "fct_application",
    "fct_dwelling_month",
    "fct_tenancy",
    "int_deliveries__covered_year",
    "int_geography__described",
    "int_households__stock",
)


@dataclass(frozen=True)
class Measure:
    """A figure of a municipality and year. ``needs_letting``: it is not known where tenancies or dwellings were not delivered."""

    code: str
    title_nb: str
    needs_letting: bool
    sql: str


_LAST_MONTH = """
    select day.municipality_code, day.year, '' as breakdown, m.dwelling_key as member_key, m.dwelling_key,
        cast(null as uuid) as household_key
    from {side}.dwellings.fct_dwelling_month as m
    inner join {side}_day as day on m.municipality_code = day.municipality_code and m.state_date = day.reference_date
    where m.{flag}
"""
_STOCK = """
    select day.municipality_code, day.year, {breakdown} as breakdown, s.household_key as member_key, s.dwelling_key, s.household_key
    from {side}.intermediate.int_households__stock as s
    inner join {side}_day as day on s.municipality_code = day.municipality_code and s.reference_date = day.reference_date
    where s.is_household_row
"""
_MOVED_IN = """
    select day.municipality_code, day.year, '' as breakdown, t.tenancy_key as member_key, t.dwelling_key, t.household_key
    from {side}.households.fct_tenancy as t
    inner join {side}_day as day on t.municipality_code = day.municipality_code and year(t.start_date) = day.year
    where t.is_counted and t.kind_of_start = 'new' and t.start_date <= day.reference_date
"""
_WAITING = """
    select distinct day.municipality_code, day.year, '' as breakdown, w.household_key as member_key,
        cast(null as uuid) as dwelling_key, w.household_key
    from {side}.households.fct_application as w
    inner join {side}_day as day on w.municipality_code = day.municipality_code
    where w.listed_date <= day.reference_date and (w.left_list_date is null or w.left_list_date > day.reference_date)
"""
MEASURES = (
    Measure("disposed_dwellings", "Disponerte boliger", False, _LAST_MONTH.replace("{flag}", "is_disposed")),
    Measure("let_dwellings", "Utleide boliger", True, _LAST_MONTH.replace("{flag}", "is_let")),
    Measure("vacant_dwellings", "Ledige boliger", True, _LAST_MONTH.replace("{flag}", "is_vacant")),
    Measure("households", "Husstander i bolig", True, _STOCK.replace("{breakdown}", "''")),
    Measure("households_by_group", "Husstander etter målgruppe", True, _STOCK.replace("{breakdown}", "s.primary_group_form_2020")),
    Measure("newly_moved_in", "Nyinnflyttede husstander", True, _MOVED_IN),
    Measure("on_waiting_list", "Husstander på venteliste", False, _WAITING),
)


def days_sql(side: str) -> str:
    """Reference days of a warehouse: 31 December of every covered year, and the as-of date in a year that is not over."""
    return f"""
        create temp table {side}_day as
        select municipality_code, year, reference_date, is_letting_covered from {side}.intermediate.int_deliveries__covered_year
        union all
        select described.municipality_code, year(described.last_date), described.last_date,
            count(distinct files.entity) filter (where files.entity in ('dwelling', 'tenancy')) = 2
        from {side}.intermediate.int_geography__described as described
        inner join {side}.raw.delivery as delivery on described.municipality_code = delivery.supplier
        inner join {side}.raw.delivery_file as files on delivery.delivery_id = files.delivery_id
        where delivery.is_current and delivery.source = 'municipal' and not described.is_ended
            and not (month(described.last_date) = 12 and day(described.last_date) = 31)
        group by described.municipality_code, described.last_date
    """


def members_sql(side: str) -> str:
    """Every member of every measure of a warehouse."""
    parts = (f"select '{m.code}' as measure, * from ({m.sql.format(side=side)})" for m in MEASURES)
    return f"create temp table {side}_member as {' union all '.join(parts)}"
