-- C11 by month: each disposed dwelling in each month that its municipality has covered, as it stood on the month's last day.
with

covered as (
    select
        supplier as municipality_code,
        min({{ first_of_month('period_start') }}) as first_month_date
    from {{ source('raw', 'delivery') }}
    where is_current and source = 'municipal'
    group by supplier
),

-- Days after the as-of date are not described: a month that is not over ends there.
described as (
    select
        versions.*,
        greatest(versions.valid_from, covered.first_month_date) as from_date,
        least({{ open_end('versions.valid_to') }}, {{ add_days(as_of_date(), 1) }}) as to_date
    from {{ ref('int_dwellings__version') }} as versions
    inner join covered on versions.municipality_code = covered.municipality_code
    where
        versions.valid_from <= {{ as_of_date() }}
        and {{ open_end('versions.valid_to') }} > covered.first_month_date
),

version_months as (
    select
        described.*,
        series_month_number.month_number,
        {{ month_start('series_month_number.month_number') }} as month_start_date,
        {{ add_days(month_start('(series_month_number.month_number + 1)'), -1) }} as month_end_date
    from described
    cross join {{ int_series(month_number('described.from_date'), month_number(add_days('described.to_date', -1)), 'month_number') }}
),

-- One row for each dwelling and month: the days of all its versions, the values of the last.
dwelling_months as (
    select
        *,
        cast(sum({{ days_between('greatest(from_date, month_start_date)', 'least(to_date, ' ~ add_days('month_end_date', 1) ~ ')') }})
            over (partition by dwelling_key, month_number) as integer) as days_disposed,
        least(month_end_date, {{ as_of_date() }}) as state_date
    from version_months
    qualify row_number() over (partition by dwelling_key, month_number order by valid_from desc) = 1
),

-- Why a dwelling was vacant is told for the last day of a delivery's period.
reasons as (
    select
        municipality_code,
        dwelling_id,
        period_end,
        vacancy_reason
    from {{ ref('stg_municipal__dwelling') }}
    where vacancy_reason is not null
),

let_days as (
    select * from {{ ref('int_dwellings__let_days') }}
),

states as (
    select
        months.*,
        months.to_date > months.state_date as is_disposed,
        coalesce(let_days.last_let_to > months.state_date, false) as is_let,
        coalesce(let_days.days_let, 0) as days_let,
        reasons.vacancy_reason as reason
    from dwelling_months as months
    left join let_days on months.dwelling_key = let_days.dwelling_key and months.month_number = let_days.month_number
    left join reasons
        on
            months.municipality_code = reasons.municipality_code
            and months.dwelling_id = reasons.dwelling_id
            and months.state_date = reasons.period_end
)

select
    dwelling_key,
    {{ surrogate_key(['municipality_code', 'dwelling_id', 'valid_from']) }} as dwelling_version_key,
    unit_key,
    municipality_code,
    month_start_date,
    state_date,
    {{ year_of('month_start_date') }} as year,
    {{ month_of('month_start_date') }} as month,
    is_disposed,
    is_let,
    is_disposed and not is_let as is_vacant,
    case when is_disposed and not is_let then reason end as vacancy_reason,
    case when is_disposed and not is_let then {{ label_nb('vacancy_reason', 'reason') }} end as vacancy_reason_label_nb,
    days_disposed,
    days_let,
    days_disposed - days_let as days_vacant,
    monthly_rent_nok,
    cast(
        round(monthly_rent_nok * (days_disposed - days_let) / {{ days_between('month_start_date', add_days('month_end_date', 1)) }}, 2)
        as decimal(12, 2)
    ) as rent_lost_nok
from states
