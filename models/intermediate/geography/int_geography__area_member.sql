-- C101: which municipality, under its code of the year, belongs to which area in which year. What exists on 31 December counts.
with

series_year as (
    select number as year
    from {{ int_series(first_figure_year(), year_of(as_of_date()), "number") }}
),

existing as (
    select
        series_year.year,
        municipality.municipality_code,
        municipality.county_code
    from series_year
    inner join {{ ref("dim_municipality") }} as municipality
        on {{ on_day(last_of_year("series_year.year"), "municipality.valid_from", "municipality.valid_to") }}
)

select
    'municipality' as area_level,
    municipality_code as area_code,
    municipality_code,
    cast(year as integer) as year,
    cast(1 as decimal(9, 8)) as weight
from existing
union all
select
    'county' as area_level,
    county_code as area_code,
    municipality_code,
    cast(year as integer) as year,
    cast(1 as decimal(9, 8)) as weight
from existing
union all
select
    'country' as area_level,
    '0' as area_code,
    municipality_code,
    cast(year as integer) as year,
    cast(1 as decimal(9, 8)) as weight
from existing
