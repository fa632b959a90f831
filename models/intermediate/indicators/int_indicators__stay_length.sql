-- C29, C116: how long half of the stays last, with those that still run, by Kaplan-Meier. No sum gives a median.
with

-- One figure for all that is observed, told under the last year that is covered.
last_year as (
    select
        municipality_code,
        max(year) as year
    from {{ ref("int_deliveries__covered_year") }}
    where is_letting_covered
    group by municipality_code
),

survival as (
    select * from {{ ref("fct_survival") }}
    where
        measure = 'stay'
        and area_level = 'municipality'
        and breakdown in ('need_horizon', 'target_group_r0_2019', 'dwelling_category')
)

select
    survival.area_level,
    survival.area_code,
    last_year.year,
    'median_stay_days' as indicator_id,
    survival.breakdown,
    survival.breakdown_code,
    'own_register' as vintage,
    cast(survival.event_count as decimal(18, 2)) as numerator,
    cast(survival.observation_count as decimal(18, 2)) as denominator,
    cast(survival.median_days as decimal(18, 6)) as value,
    -- '.': more than half stay on, so that the median is not reached; '..': at some time nobody was observed
    case when survival.median_days is not null then null when survival.is_median_reached = false then '.' else '..' end as symbol,
    case when survival.median_days is not null or survival.is_median_reached = false then 'observed' else 'missing' end as status,
    'kaplan_meier' as method,
    cast(null as integer) as municipality_count
from survival
inner join last_year on survival.area_code = last_year.municipality_code
