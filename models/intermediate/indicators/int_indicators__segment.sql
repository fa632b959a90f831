-- C140: which stretch of a series a year belongs to: how many breaks (brudd) lie on or before it. Years before the first break have no row.
with

broken as (
    select distinct
        series_break.indicator_id,
        series_break.vintage,
        series_break.break_year,
        breakdown.breakdown
    from {{ ref("indicator_break") }} as series_break
    inner join {{ ref("dim_breakdown") }} as breakdown on breakdown.breakdown like series_break.breakdowns
)

select
    broken.indicator_id,
    broken.breakdown,
    broken.vintage,
    cast(series_year.year as integer) as year,
    cast(count(*) as integer) as segment_number
from broken
cross join {{ int_series("broken.break_year", year_of(as_of_date()), "year") }}
group by broken.indicator_id, broken.breakdown, broken.vintage, series_year.year
