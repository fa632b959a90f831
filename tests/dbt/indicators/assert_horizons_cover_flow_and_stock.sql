-- C22: over the need horizons, throughput counts every move-in and every disposed dwelling once, and mean stay is its inverse,
-- where the same municipalities report all of them.
with

by_horizon as (
    select
        area_level,
        area_code,
        year,
        indicator_id,
        max(municipality_count) as municipality_count,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref("fct_indicator") }}
    where vintage = 'own_register' and indicator_id in ('throughput', 'mean_stay_years')
    group by area_level, area_code, year, indicator_id
),

total as (
    select
        area_level,
        area_code,
        year,
        min(municipality_count) filter (where indicator_id in ('newly_moved_in', 'disposed_dwellings')) as least_count,
        max(municipality_count) filter (where indicator_id in ('newly_moved_in', 'disposed_dwellings')) as most_count,
        max(numerator) filter (where indicator_id = 'newly_moved_in') as moved_in,
        max(numerator) filter (where indicator_id = 'disposed_dwellings') as disposed
    from {{ ref("fct_indicator") }}
    where vintage = 'own_register' and breakdown = 'none'
    group by area_level, area_code, year
)

select
    'horizons cover move-ins and dwellings' as rule,
    count(*) as failing_rows
from total
inner join by_horizon
    on
        total.area_level = by_horizon.area_level
        and total.area_code = by_horizon.area_code
        and total.year = by_horizon.year
where
    total.least_count = by_horizon.municipality_count and total.most_count = by_horizon.municipality_count
    and case by_horizon.indicator_id
        when 'throughput' then (by_horizon.numerator, by_horizon.denominator) <> (total.moved_in, total.disposed)
        else (by_horizon.denominator, by_horizon.numerator) <> (total.moved_in, total.disposed)
    end
having count(*) > 0
