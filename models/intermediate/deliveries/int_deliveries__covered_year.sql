-- Years whose 31 December lies inside the period of a current municipal delivery: the reference days that can be counted.
with deliveries as (
    select * from {{ source('raw', 'delivery') }}
),

covering as (
    select
        deliveries.supplier as municipality_code,
        {{ last_of_year('series_year.year') }} as reference_date
    from deliveries
    cross join {{ int_series(year_of('deliveries.period_start'), year_of('deliveries.period_end'), 'year') }}
    where
        deliveries.source = 'municipal' and deliveries.is_current
        and {{ last_of_year('series_year.year') }} between deliveries.period_start and deliveries.period_end
)

select distinct
    municipality_code,
    {{ year_of('reference_date') }} as year,
    reference_date
from covering
where reference_date <= {{ as_of_date() }}
