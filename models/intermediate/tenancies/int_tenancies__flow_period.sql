-- C26: months and years of which current deliveries of dwellings and of tenancies cover the last day, from the first delivered day on.
with

files as (
    select distinct
        deliveries.supplier as municipality_code,
        files.entity,
        deliveries.period_start,
        deliveries.period_end
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current and deliveries.source = 'municipal' and files.entity in ('dwelling', 'tenancy')
),

first_day as (
    select
        municipality_code,
        max(entity_first_date) as first_date
    from (
        select
            municipality_code,
            entity,
            min(period_start) as entity_first_date
        from files
        group by municipality_code, entity
    ) as first_of_entity
    group by municipality_code
    having count(*) = 2
),

month as (
    select
        files.municipality_code,
        files.entity,
        series_month_number.month_number
    from files
    cross join {{ int_series(month_number('files.period_start'), month_number('files.period_end'), 'month_number') }}
    where {{ add_days(month_start('(series_month_number.month_number + 1)'), -1) }} between files.period_start and files.period_end
),

covered_month as (
    select
        municipality_code,
        month_number,
        {{ month_start('month_number') }} as month_start_date,
        {{ add_days(month_start('(month_number + 1)'), -1) }} as month_end_date
    from month
    group by municipality_code, month_number
    having count(distinct entity) = 2
),

periods as (
    select
        municipality_code,
        'month' as period_kind,
        month_start_date as period_start_date,
        month_end_date as period_end_date
    from covered_month

    union all

    select
        municipality_code,
        'year' as period_kind,
        {{ month_start('(month_number - 11)') }} as period_start_date,
        month_end_date as period_end_date
    from covered_month
    where month_number % 12 = 11
)

select
    periods.municipality_code,
    periods.period_kind,
    periods.period_start_date,
    periods.period_end_date
from periods
inner join first_day on periods.municipality_code = first_day.municipality_code
inner join {{ ref('int_geography__described') }} as described on periods.municipality_code = described.municipality_code
where periods.period_start_date >= first_day.first_date and periods.period_end_date <= described.last_date
