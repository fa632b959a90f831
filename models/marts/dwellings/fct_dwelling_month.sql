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

versions as (
    select * from {{ ref('int_dwellings__version') }}
),

-- Between these days it is known what was let; where tenancies were not delivered, nothing is let or vacant: it is not known (C51).
tenancies_told as (
    select
        deliveries.supplier as municipality_code,
        min({{ first_of_month('deliveries.period_start') }}) as first_date,
        max(deliveries.period_end) as last_date
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current and deliveries.source = 'municipal' and files.entity = 'tenancy'
    group by deliveries.supplier
),

-- A municipality that was merged away is described to its last day: its dwellings go on under the new code.
municipalities as (
    select
        municipality_code,
        {{ add_days('last_date', 1) }} as described_to
    from {{ ref('int_geography__described') }}
),

-- The days each dwelling is disposed of: versions follow each other without a gap. Days after the as-of date are not described:
-- a month that is not over ends there.
described as (
    select
        versions.dwelling_key,
        versions.municipality_code,
        greatest(min(versions.valid_from), covered.first_month_date) as from_date,
        least(max({{ open_end('versions.valid_to') }}), municipalities.described_to) as to_date
    from versions
    inner join covered on versions.municipality_code = covered.municipality_code
    inner join municipalities on versions.municipality_code = municipalities.municipality_code
    group by versions.dwelling_key, versions.municipality_code, covered.first_month_date, municipalities.described_to
    having
        min(versions.valid_from) < municipalities.described_to
        and max({{ open_end('versions.valid_to') }}) > covered.first_month_date
),

months as (
    select
        described.*,
        series_month_number.month_number,
        {{ month_start('series_month_number.month_number') }} as month_start_date,
        {{ month_start('(series_month_number.month_number + 1)') }} as next_month_start_date
    from described
    cross join {{ int_series(month_number('described.from_date'), month_number(add_days('described.to_date', -1)), 'month_number') }}
),

dwelling_months as (
    select
        *,
        {{ days_between('greatest(from_date, month_start_date)', 'least(to_date, next_month_start_date)') }} as days_disposed,
        least({{ add_days('next_month_start_date', -1) }}, {{ as_of_date() }}) as state_date,
        {{ add_days('least(next_month_start_date, to_date)', -1) }} as last_disposed_date
    from months
),

-- Why a dwelling was vacant is told for the last day of a delivery's period.
reasons as (
    select
        municipality_code,
        dwelling_id,
        period_end,
        vacancy_reason,
        {{ label_nb('vacancy_reason', 'vacancy_reason') }} as vacancy_reason_label_nb
    from {{ ref('int_matching__dwelling_row') }}
    where vacancy_reason is not null
),

let_days as (
    select * from {{ ref('int_dwellings__let_days') }}
),

letting as (
    select
        months.*,
        months.last_disposed_date = months.state_date as is_disposed,
        case when tenancies_told.municipality_code is not null then coalesce(let_days.last_let_to > months.state_date, false) end as is_let,
        case when tenancies_told.municipality_code is not null then coalesce(let_days.days_let, 0) end as days_let
    from dwelling_months as months
    left join tenancies_told
        on
            months.municipality_code = tenancies_told.municipality_code
            and months.state_date between tenancies_told.first_date and tenancies_told.last_date
    left join let_days on months.dwelling_key = let_days.dwelling_key and months.month_number = let_days.month_number
),

states as (
    select
        letting.*,
        versions.dwelling_version_key,
        versions.unit_key,
        versions.dwelling_id,
        versions.monthly_rent_nok,
        letting.is_disposed and not letting.is_let as is_vacant,
        case when letting.is_disposed and not letting.is_let then letting.state_date end as vacant_on,
        letting.days_disposed - letting.days_let as days_vacant,
        {{ days_between('letting.month_start_date', 'letting.next_month_start_date') }} as days_of_month
    from letting
    inner join versions
        on
            letting.dwelling_key = versions.dwelling_key
            and {{ on_day('letting.last_disposed_date', 'versions.valid_from', 'versions.valid_to') }}
)

select
    states.dwelling_key,
    states.dwelling_version_key,
    states.unit_key,
    states.municipality_code,
    states.month_start_date,
    states.state_date,
    {{ year_of('states.month_start_date') }} as year,
    {{ month_of('states.month_start_date') }} as month,
    states.is_disposed,
    states.is_let,
    states.is_vacant,
    reasons.vacancy_reason,
    reasons.vacancy_reason_label_nb,
    states.days_disposed,
    states.days_let,
    states.days_vacant,
    states.monthly_rent_nok,
    cast(round(states.monthly_rent_nok * states.days_vacant / states.days_of_month, 2) as decimal(12, 2)) as rent_lost_nok
from states
left join reasons
    on
        states.municipality_code = reasons.municipality_code
        and states.dwelling_id = reasons.dwelling_id
        and states.vacant_on = reasons.period_end
