-- C17: periods, as long as they can be, in which a counted dwelling was in stock and not let, on days of which it is known what was let.
with

versions as (
    select
        *,
        {{ open_end('valid_to') }} as version_to
    from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

spells as (
    select
        dwelling_key,
        municipality_code,
        greatest(from_date, told_from) as from_date,
        least(to_date, told_to) as known_to_date,
        to_date >= told_to as is_censored,
        from_date >= told_from as is_start_known,
        from_date > stock_from as is_after_tenancy,
        to_date < stock_to as is_before_tenancy,
        stock_from,
        stock_to
    from {{ ref('int_dwellings__occupancy') }}
    where not is_let and from_date < told_to and to_date > told_from
),

-- the version of the first day, and for each day the rent that held on it
parts as (
    select
        spells.dwelling_key,
        spells.from_date,
        versions.monthly_rent_nok,
        versions.monthly_rent_nok is not null as is_rent_known,
        greatest(spells.from_date, versions.valid_from) as part_from,
        least(spells.known_to_date, versions.version_to) as part_to
    from spells
    inner join versions
        on
            spells.dwelling_key = versions.dwelling_key
            and spells.from_date < versions.version_to
            and spells.known_to_date > versions.valid_from
),

part_months as (
    select
        parts.*,
        {{ month_start('series_month_number.month_number') }} as month_from,
        {{ month_start('(series_month_number.month_number + 1)') }} as month_to
    from parts
    cross join {{ int_series(month_number('parts.part_from'), month_number(add_days('parts.part_to', -1)), 'month_number') }}
),

rent_lost as (
    select
        dwelling_key,
        from_date,
        case
            when bool_and(is_rent_known)
                then cast(
                    round(
                        sum(
                            monthly_rent_nok
                            * {{ days_between('greatest(part_from, month_from)', 'least(part_to, month_to)') }}
                            / {{ days_between('month_from', 'month_to') }}
                        ),
                        2
                    ) as decimal(12, 2)
                )
        end as rent_lost_nok
    from part_months
    group by dwelling_key, from_date
),

at_start as (
    select
        spells.*,
        versions.unit_key,
        versions.dwelling_version_key,
        versions.dwelling_id,
        versions.category,
        versions.room_count,
        versions.acquired_date
    from spells
    inner join versions
        on
            spells.dwelling_key = versions.dwelling_key
            and spells.from_date >= versions.valid_from
            and spells.from_date < versions.version_to
),

-- Why a dwelling was vacant is told for the last day of a delivery's period.
told_reasons as (
    select
        at_start.dwelling_key,
        at_start.from_date,
        dwellings.vacancy_reason,
        dwellings.period_end,
        dwellings.delivery_id
    from at_start
    inner join {{ ref('int_matching__dwelling_row') }} as dwellings
        on
            at_start.municipality_code = dwellings.municipality_code
            and at_start.dwelling_id = dwellings.dwelling_id
            and at_start.from_date <= dwellings.period_end
            and at_start.known_to_date > dwellings.period_end
    where dwellings.vacancy_reason is not null
),

reasons as (
    select distinct
        dwelling_key,
        from_date,
        first_value(vacancy_reason) over (partition by dwelling_key, from_date order by period_end, delivery_id) as first_reason,
        first_value(vacancy_reason) over (partition by dwelling_key, from_date order by period_end desc, delivery_id desc) as last_reason
    from told_reasons
),

renovations as (
    select distinct
        at_start.dwelling_key,
        at_start.from_date
    from at_start
    inner join {{ ref('int_dwellings__event') }} as events
        on
            at_start.dwelling_key = events.dwelling_key
            and at_start.from_date <= events.event_date
            and at_start.known_to_date > events.event_date
    where events.event_kind = 'renovated'
),

described_spells as (
    select
        at_start.*,
        case
            when not at_start.is_start_known then 'not_known'
            when at_start.is_after_tenancy then 'tenancy'
            when at_start.stock_from = at_start.acquired_date then 'acquired'
            else 'returned'
        end as started_by,
        case
            when at_start.is_censored then 'running'
            when at_start.is_before_tenancy then 'let'
            when at_start.stock_to = lives.disposed_date then 'disposed'
            else 'taken_out'
        end as ended_by
    from at_start
    inner join {{ ref('int_dwellings__life') }} as lives on at_start.dwelling_key = lives.dwelling_key
)

select
    {{ surrogate_key(['spells.dwelling_key', 'spells.from_date']) }} as vacancy_spell_key,
    spells.dwelling_key,
    spells.dwelling_version_key,
    spells.unit_key,
    spells.municipality_code,
    spells.from_date,
    case when not spells.is_censored then spells.known_to_date end as to_date,
    {{ days_between('spells.from_date', 'spells.known_to_date') }} as vacant_days,
    spells.is_start_known,
    spells.is_censored,
    spells.started_by,
    {{ label_nb('vacancy_started_by', 'spells.started_by') }} as started_by_label_nb,
    spells.ended_by,
    {{ label_nb('vacancy_ended_by', 'spells.ended_by') }} as ended_by_label_nb,
    reasons.first_reason,
    {{ label_nb('vacancy_reason', 'reasons.first_reason') }} as first_reason_label_nb,
    reasons.last_reason,
    {{ label_nb('vacancy_reason', 'reasons.last_reason') }} as last_reason_label_nb,
    spells.category as category_at_start,
    {{ label_nb('dwelling_category', 'spells.category') }} as category_at_start_label_nb,
    spells.room_count as room_count_at_start,
    renovations.dwelling_key is not null as has_renovation,
    rent_lost.rent_lost_nok
from described_spells as spells
left join rent_lost on spells.dwelling_key = rent_lost.dwelling_key and spells.from_date = rent_lost.from_date
left join reasons on spells.dwelling_key = reasons.dwelling_key and spells.from_date = reasons.from_date
left join renovations on spells.dwelling_key = renovations.dwelling_key and spells.from_date = renovations.from_date
