-- C133: published values that no sum gives: rates of every area, and counts of areas that hold several municipalities. A measure is the
-- value of the indicator that it alone makes.
with

figure as (
    select * from {{ ref("int_published__figure") }}
    where not serves_every_vintage
),

indicator as (
    select * from {{ ref("dim_indicator") }}
),

area as (
    select * from {{ ref("int_indicators__area_year") }}
),

rate as (
    select
        figure.area_level,
        figure.area_code,
        figure.year,
        indicator.indicator_id,
        figure.breakdown,
        figure.breakdown_code,
        figure.vintage,
        cast(null as decimal(18, 2)) as numerator,
        figure.amount as value,
        figure.symbol,
        figure.status
    from figure
    inner join indicator on figure.target_id = indicator.indicator_id
    where figure.target_kind = 'indicator'
),

total as (
    select
        figure.area_level,
        figure.area_code,
        figure.year,
        indicator.indicator_id,
        figure.breakdown,
        figure.breakdown_code,
        figure.vintage,
        cast(figure.amount as decimal(18, 2)) as numerator,
        figure.amount as value,
        figure.symbol,
        figure.status
    from figure
    inner join indicator on figure.target_id = indicator.numerator_measure
    where
        figure.target_kind = 'measure'
        and figure.area_level <> 'municipality'
        and indicator.denominator_measure is null
        and list_contains(string_split(indicator.permitted_breakdowns, '|'), figure.breakdown)
),

direct as (
    select * from rate
    union all
    select * from total
)

select
    direct.area_level,
    direct.area_code,
    direct.year,
    direct.indicator_id,
    direct.breakdown,
    direct.breakdown_code,
    direct.vintage,
    direct.numerator,
    cast(null as decimal(18, 2)) as denominator,
    direct.value,
    case when direct.symbol = '...' then '..' else direct.symbol end as symbol,
    direct.status,
    'published' as method,
    cast(null as integer) as municipality_count
from direct
inner join area on direct.area_level = area.area_level and direct.area_code = area.area_code and direct.year = area.year
