-- The codes of a breakdown that sums to the total do so for every additive indicator that has an undivided figure,
-- where the same municipalities report both.
with

figure as (
    select
        fct.area_level,
        fct.area_code,
        fct.year,
        fct.indicator_id,
        fct.breakdown,
        fct.numerator,
        fct.municipality_count
    from {{ ref("fct_indicator") }} as fct
    inner join {{ ref("dim_indicator") }} as indicator on fct.indicator_id = indicator.indicator_id
    inner join {{ ref("dim_breakdown") }} as breakdown on fct.breakdown_key = breakdown.breakdown_key
    where indicator.is_additive and breakdown.is_summing_to_total and fct.vintage = 'own_register'
),

divided as (
    select
        area_level,
        area_code,
        year,
        indicator_id,
        breakdown,
        max(municipality_count) as municipality_count,
        sum(numerator) as numerator
    from figure
    where breakdown <> 'none'
    group by area_level, area_code, year, indicator_id, breakdown
)

select
    'codes of a breakdown sum to the total' as rule,
    count(*) as failing_rows
from divided
inner join figure as total
    on
        divided.area_level = total.area_level
        and divided.area_code = total.area_code
        and divided.year = total.year
        and divided.indicator_id = total.indicator_id
        and total.breakdown = 'none'
where total.numerator <> divided.numerator and total.municipality_count = divided.municipality_count
having count(*) > 0
