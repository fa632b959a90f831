"""Suite on the figures of a release: would a person who knows municipal housing believe them?

Belongs here: limits of plausibility, by area and year. Does not belong here: sums that must agree (dbt tests).

Shares of fewer than 20 dwellings say nothing and are not judged. National figures for comparison: 20-21 disposed dwellings per 1 000
inhabitants, 8.2 % vacant in 2019, 12-14 % moved in during a year.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from expectations.runner import Expect
from orchestration.releasing.audience import Audience

NAME = "indicators"
KEY = "area_year"
_SMALL = 20
_FRAME = f"""
    with figure as (
        select
            area_level, area_code, year,
            max(value) filter (indicator_id = 'disposed_dwellings') as disposed,
            max(value) filter (indicator_id = 'vacancy_rate') as vacancy_rate,
            max(value) filter (indicator_id = 'disposed_dwellings_per_1000') as per_1000,
            max(value) filter (indicator_id = 'newly_moved_in') as moved_in
        from fct_indicator
        where breakdown = 'none' and vintage = 'own_register'
        group by all
    )
    select
        area_level || ' ' || area_code || ' ' || year as area_year,
        cast(case when disposed >= {_SMALL} then vacancy_rate end as double) as vacancy_rate,
        cast(per_1000 as double) as per_1000,
        cast(case when disposed >= {_SMALL} then moved_in / disposed end as double) as moved_in_rate,
        cast(case when area_level = 'country' then vacancy_rate end as double) as country_vacancy_rate,
        cast(case when area_level = 'country' then per_1000 end as double) as country_per_1000,
        cast(case when area_level = 'country' then moved_in / nullif(disposed, 0) end as double) as country_moved_in_rate
    from figure
    order by area_year
"""


def frame(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """A row for each area and year."""
    return con.execute(_FRAME).df()


def expectations(audience: Audience) -> list[Expect]:
    """Limits for each area (they stop the release) and for the country (they warn). The property release has no move-ins."""
    limits = [
        ("G003", "vacancy_rate", 0, 0.5, "stop_release", "Vacancy rate of an area is between 0 and 0.5"),
        ("G004", "per_1000", 2, 120, "stop_release", "Disposed dwellings per 1 000 inhabitants of an area are between 2 and 120"),
        ("G005", "moved_in_rate", 0, 0.6, "stop_release", "Newly moved in are at most 0.6 of the dwellings of an area"),
        ("G006", "country_vacancy_rate", 0.01, 0.25, "warn", "Vacancy rate of those reporting is near the national one (8.2 % in 2019)"),
        (
            "G007",
            "country_per_1000",
            8,
            50,
            "warn",
            "Dwellings per 1 000 inhabitants of those reporting are near the national figure (20-21)",
        ),
        ("G008", "country_moved_in_rate", 0.05, 0.3, "warn", "Newly moved in of those reporting are near the national share (12-14 %)"),
    ]
    if audience.name == "property":
        limits = [limit for limit in limits if "moved_in" not in limit[1]]
    return [
        Expect(rule, "expect_column_values_to_be_between", {"column": column, "min_value": low, "max_value": high}, action, text)
        for rule, column, low, high, action, text in limits
    ]
