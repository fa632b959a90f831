-- Stays in temporary accommodation, with what form 13 asks for: how long, with children, young.
with stays as (
    select * from {{ ref('int_temporary__stay') }}
    where start_date <= {{ as_of_date() }}
),

-- The day after the last night, or after the as-of date while the household stays.
until as (
    select
        *,
        coalesce(end_date, {{ add_days(as_of_date(), 1) }}) as until_date
    from stays
),

households as (
    select household_key from {{ ref('int_households__household') }}
)

select
    until.stay_key,
    until.municipality_code,
    until.stay_id,
    households.household_key,
    until.person_key,
    until.is_linkable,
    until.household_kind,
    {{ label_nb('household_kind', 'until.household_kind') }} as household_kind_label_nb,
    until.child_count,
    until.child_count > 0 as has_children,
    {{ year_of('until.start_date') }} - until.birth_year as age_at_start,
    {{ year_of('until.start_date') }} - until.birth_year between 18 and 24 as is_young,
    until.accommodation_kind,
    {{ label_nb('accommodation_kind', 'until.accommodation_kind') }} as accommodation_kind_label_nb,
    until.reason,
    {{ label_nb('reason', 'until.reason') }} as reason_label_nb,
    until.legal_basis,
    until.local_group_code,
    until.start_date,
    until.end_date,
    until.end_reason,
    until.end_date is null as is_censored,
    {{ days_between('until.start_date', 'until.until_date') }} as length_of_stay_days,
    until.until_date > {{ add_months('until.start_date', 3) }} as is_over_three_months,
    until.price_per_night_nok
from until
left join households on until.household_key = households.household_key
