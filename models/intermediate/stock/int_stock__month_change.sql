-- C93: what stock gains and loses in each month, by everything it is sliced by: a spell gives +1 in the first month on whose state day it
-- holds and -1 in the month after the last. Months are those in which it is known what was let.
with known_days as (
    select
        municipality_code,
        {{ month_number('greatest(described_from, told_from)') }} as first_known_month,
        {{ month_number(add_days('least(described_to, told_to)', -1)) }} as last_known_month
    from {{ ref('int_dwellings__known_days') }}
    where told_from is not null
),

let_spells as (
    select * from {{ ref('int_stock__let_spell') }}
),

versions as (
    select * from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

let_months as (
    select
        let_spells.*,
        'let' as occupancy,
        1 as dwelling_count,
        cast(let_spells.is_household_row as integer) as household_count,
        case when let_spells.is_household_row then coalesce(let_spells.member_count, 0) else 0 end as person_count,
        case when let_spells.is_household_row then coalesce(let_spells.children_count, 0) else 0 end as all_children_count,
        greatest({{ month_number('let_spells.valid_from') }}, known_days.first_known_month) as first_month,
        least({{ last_state_month('let_spells.valid_to') }}, known_days.last_known_month) as last_month
    from let_spells
    inner join known_days on let_spells.municipality_code = known_days.municipality_code
),

-- All of stock, and less what is let: what is left is vacant.
stock_months as (
    select
        versions.municipality_code,
        versions.category,
        versions.tenure_form,
        1 as dwelling_count,
        greatest({{ month_number('versions.valid_from') }}, known_days.first_known_month) as first_month,
        least({{ last_state_month('versions.valid_to') }}, known_days.last_known_month) as last_month
    from versions
    inner join known_days on versions.municipality_code = known_days.municipality_code
    where versions.valid_from <= {{ as_of_date() }}
    union all
    select
        municipality_code,
        category,
        tenure_form,
        -1 as dwelling_count,
        first_month,
        last_month
    from let_months
),

vacant_months as (
    select
        *,
        'vacant' as occupancy,
        {{ no_household_dimensions('vacant') }}
    from stock_months
),

months as (
    select
        {{ stock_month_dimensions() | join(", ") }},
        occupancy,
        first_month,
        last_month,
        dwelling_count,
        household_count,
        person_count,
        all_children_count as children_count
    from let_months
    where first_month <= last_month
    union all
    select
        {{ stock_month_dimensions() | join(", ") }},
        occupancy,
        first_month,
        last_month,
        dwelling_count,
        0 as household_count,
        0 as person_count,
        0 as children_count
    from vacant_months
    where first_month <= last_month
),

change as (
    select
        * exclude (first_month, last_month),
        first_month as month_number
    from months
    union all
    select
        * exclude (first_month, last_month, dwelling_count, household_count, person_count, children_count),
        -dwelling_count as dwelling_count,
        -household_count as household_count,
        -person_count as person_count,
        -children_count as children_count,
        last_month + 1 as month_number
    from months
)

select
    occupancy,
    {{ stock_month_dimensions() | join(", ") }},
    month_number,
    cast(sum(dwelling_count) as integer) as dwelling_change,
    cast(sum(household_count) as integer) as household_change,
    cast(sum(person_count) as integer) as person_change,
    cast(sum(children_count) as integer) as children_change
from change
group by all
