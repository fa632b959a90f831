-- C50: county and country are sums over the municipalities that have the figure, with their number.
with

-- Figures that no sum gives are left out (C103).
summed_figure as (
    select figure.*
    from {{ ref("fct_indicator") }} as figure
    inner join {{ ref("dim_indicator") }} as indicator on figure.indicator_id = indicator.indicator_id
    inner join {{ ref("dim_measure") }} as measure on indicator.numerator_measure = measure.measure_id
    where measure.breakdowns is not null and figure.vintage = 'own_register'
),

municipality as (
    select
        year,
        indicator_id,
        breakdown_key,
        area_code,
        numerator,
        denominator,
        status in ('missing', 'suppressed') as is_missing
    from summed_figure
    where area_level = 'municipality'
),

expected as (
    select
        'county' as area_level,
        left(area_code, 2) as area_code,
        year,
        indicator_id,
        breakdown_key,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        count(*) as municipality_count
    from municipality
    where not is_missing
    group by left(area_code, 2), year, indicator_id, breakdown_key
    union all
    select
        'country' as area_level,
        '0' as area_code,
        year,
        indicator_id,
        breakdown_key,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        count(*) as municipality_count
    from municipality
    where not is_missing
    group by year, indicator_id, breakdown_key
)

select
    'county and country are sums of municipalities' as rule,
    count(*) as failing_rows
from (
    select * from summed_figure
    where area_level in ('county', 'country') and status not in ('missing', 'suppressed')
) as area
full outer join expected
    on
        area.area_level = expected.area_level
        and area.area_code = expected.area_code
        and area.year = expected.year
        and area.indicator_id = expected.indicator_id
        and area.breakdown_key = expected.breakdown_key
where
    area.numerator is distinct from expected.numerator
    or area.denominator is distinct from expected.denominator
    or area.municipality_count is distinct from expected.municipality_count
having count(*) > 0
