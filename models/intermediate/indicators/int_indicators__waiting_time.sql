-- C121: direct figures of the time on the waiting list with those that still wait (C29): a median and a percentile are no sums, so that
-- they come as they are. They rest on all waits observed by the last day described, and stand in its year.
with

survival as (
    select * from {{ ref("fct_survival") }}
    where
        measure = 'wait'
        and breakdown in ('none', 'target_group_form_2020', 'target_group_r0_2019')
),

described as (
    select * from {{ ref("int_geography__described") }}
),

figure as (
    select
        survival.area_level,
        survival.area_code,
        {{ year_of("coalesce(described.last_date, " ~ as_of_date() ~ ")") }} as year,
        survival.breakdown,
        survival.breakdown_code,
        survival.observation_count,
        unnest(['waiting_time_median_days', 'waiting_time_p90_days']) as indicator_id,
        unnest([survival.median_days, survival.q90_days]) as days
    from survival
    left join described on survival.area_code = described.municipality_code
)

select
    area_level,
    area_code,
    year,
    indicator_id,
    breakdown,
    breakdown_code,
    'own_register' as vintage,
    cast(null as decimal(18, 2)) as numerator,
    cast(observation_count as decimal(18, 2)) as denominator,
    cast(days as decimal(18, 6)) as value,
    case when days is null then '..' end as symbol,
    case when days is null then 'missing' else 'observed' end as status,
    'kaplan_meier' as method
from figure
