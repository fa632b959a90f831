{{ config(materialized='view') }}
-- Days let in each month, by counted dwelling and month (months as integers).
with

tenancies as (
    select
        dwelling_key,
        start_date,
        least({{ open_end('end_date') }}, {{ add_days(as_of_date(), 1) }}) as end_date
    from {{ ref('int_tenancies__counted') }}
    where is_counted and start_date <= {{ as_of_date() }}
),

-- A tenancy counts only for the days that its dwelling is disposed of.
let_periods as (
    select
        tenancies.dwelling_key,
        greatest(tenancies.start_date, versions.valid_from) as from_date,
        least(tenancies.end_date, {{ open_end('versions.valid_to') }}) as to_date
    from tenancies
    inner join {{ ref('int_dwellings__version') }} as versions
        on
            tenancies.dwelling_key = versions.dwelling_key
            and tenancies.start_date < {{ open_end('versions.valid_to') }}
            and tenancies.end_date > versions.valid_from
),

months as (
    select
        let_periods.*,
        series_month_number.month_number
    from let_periods
    cross join {{ int_series(month_number('let_periods.from_date'), month_number(add_days('let_periods.to_date', -1)), 'month_number') }}
)

select
    dwelling_key,
    month_number,
    cast(sum({{ days_between(
        'greatest(from_date, ' ~ month_start('month_number') ~ ')',
        'least(to_date, ' ~ month_start('(month_number + 1)') ~ ')'
    ) }}) as integer) as days_let,
    max(to_date) as last_let_to
from months
group by dwelling_key, month_number
