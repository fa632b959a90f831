-- C11 by month: each counted dwelling in each month it was in stock and its municipality has covered, as it stood on the month's last day.
-- Only the months in which something changes are added up; those between are whole, and are written out as they are.
with

versions as (
    select
        *,
        {{ open_end('valid_to') }} as version_to
    from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

occupancy as (
    select
        *,
        greatest(from_date, described_from) as known_from,
        {{ month_number('told_from') }} as told_first_month,
        {{ month_number(add_days('told_to', -1)) }} as told_last_month
    from {{ ref('int_dwellings__occupancy') }}
    where to_date > described_from
),

-- Days of one version that were let to one tenancy or to nobody.
stretches as (
    select
        occupancy.dwelling_key,
        occupancy.municipality_code,
        occupancy.is_let,
        versions.dwelling_version_key,
        versions.unit_key,
        versions.dwelling_id,
        versions.monthly_rent_nok,
        greatest(occupancy.known_from, versions.valid_from) as from_date,
        least(occupancy.to_date, versions.version_to) as to_date,
        occupancy.told_first_month,
        occupancy.told_last_month
    from occupancy
    inner join versions
        on
            occupancy.dwelling_key = versions.dwelling_key
            and occupancy.known_from < versions.version_to
            and occupancy.to_date > versions.valid_from
),

numbered as (
    select
        *,
        {{ month_number('from_date') }} as first_month,
        {{ month_number(add_days('to_date', -1)) }} as last_month
    from stretches
),

-- The first and the last month of each stretch: there are other stretches in them, or days out of stock.
ends as (
    select
        *,
        first_month as month_number,
        {{ days_between('from_date', 'least(to_date, ' ~ month_start('(first_month + 1)') ~ ')') }} as days
    from numbered

    union all

    select
        *,
        last_month as month_number,
        {{ days_between(month_start('last_month'), 'to_date') }} as days
    from numbered
    where last_month > first_month
),

-- A month is told by the version and the letting that held last in it.
months_of_change as (
    select
        *,
        cast(sum(days) over of_month as integer) as days_disposed,
        cast(coalesce(sum(days) filter (where is_let) over of_month, 0) as integer) as days_let_if_told
    from ends
    window of_month as (partition by dwelling_key, month_number)
    qualify row_number() over (partition by dwelling_key, month_number order by from_date desc) = 1
),

whole_months as (
    select
        numbered.*,
        series_month_number.month_number
    from numbered
    cross join {{ int_series('(numbered.first_month + 1)', '(numbered.last_month - 1)', 'month_number') }}
),

months as (
    select
        * exclude (days, from_date, first_month, last_month),
        {{ month_start('month_number') }} as month_start_date,
        {{ month_start('(month_number + 1)') }} as next_month_start_date
    from months_of_change

    union all

    select
        * exclude (from_date, first_month, last_month),
        {{ days_between(month_start('month_number'), month_start('(month_number + 1)')) }} as days_disposed,
        case
            when is_let then {{ days_between(month_start('month_number'), month_start('(month_number + 1)')) }}
            else 0
        end as days_let_if_told,
        {{ month_start('month_number') }} as month_start_date,
        {{ month_start('(month_number + 1)') }} as next_month_start_date
    from whole_months
),

-- Where tenancies were not delivered, nothing is let or vacant: it is not known (C51).
states as (
    select
        *,
        month_number between told_first_month and told_last_month as is_told,
        least({{ add_days('next_month_start_date', -1) }}, {{ as_of_date() }}) as state_date,
        {{ days_between('month_start_date', 'next_month_start_date') }} as days_of_month
    from months
),

letting as (
    select
        *,
        to_date > state_date as is_disposed,
        case when is_told then to_date > state_date and is_let end as is_let_then,
        case when is_told then days_let_if_told end as days_let,
        case when is_told then days_disposed - days_let_if_told end as days_vacant,
        case when is_told and to_date > state_date and not is_let then state_date end as vacant_on
    from states
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
)

select
    letting.dwelling_key,
    letting.dwelling_version_key,
    letting.unit_key,
    letting.municipality_code,
    letting.month_start_date,
    letting.state_date,
    {{ year_of('letting.month_start_date') }} as year,
    {{ month_of('letting.month_start_date') }} as month,
    letting.is_disposed,
    letting.is_let_then as is_let,
    letting.is_disposed and not letting.is_let_then as is_vacant,
    reasons.vacancy_reason,
    reasons.vacancy_reason_label_nb,
    letting.days_disposed,
    letting.days_let,
    letting.days_vacant,
    letting.monthly_rent_nok,
    cast(round(letting.monthly_rent_nok * letting.days_vacant / letting.days_of_month, 2) as decimal(12, 2)) as rent_lost_nok
from letting
left join reasons
    on
        letting.municipality_code = reasons.municipality_code
        and letting.dwelling_id = reasons.dwelling_id
        and letting.vacant_on = reasons.period_end
