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
        unnest([survival.median_days, survival.q90_days]) as days,
        unnest([survival.is_median_reached, survival.is_q90_reached]) as is_reached
    from survival
    left join described on survival.area_code = described.municipality_code
),

-- The country is all that report.
reporting as (
    select
        breakdown,
        breakdown_code,
        count(*) filter (where area_level = 'municipality') as municipality_count
    from survival
    group by breakdown, breakdown_code
)

select
    figure.area_level,
    figure.area_code,
    figure.year,
    figure.indicator_id,
    figure.breakdown,
    figure.breakdown_code,
    'own_register' as vintage,
    cast(null as decimal(18, 2)) as numerator,
    cast(figure.observation_count as decimal(18, 2)) as denominator,
    cast(figure.days as decimal(18, 6)) as value,
    -- '.': so many have not been assigned a dwelling; '..': at some time nobody was observed
    case when figure.days is not null then null when figure.is_reached = false then '.' else '..' end as symbol,
    case when figure.days is not null or figure.is_reached = false then 'observed' else 'missing' end as status,
    'kaplan_meier' as method,
    cast(case figure.area_level when 'municipality' then 1 else reporting.municipality_count end as integer) as municipality_count
from figure
inner join reporting on figure.breakdown = reporting.breakdown and figure.breakdown_code = reporting.breakdown_code
