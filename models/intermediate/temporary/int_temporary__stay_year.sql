-- C123: stays in temporary accommodation on each covered 31 December. A household is counted once, in the place it came to last; its other
-- stays of the day stand here too and are not counted.
with

covered_years as (
    select
        municipality_code,
        year,
        reference_date
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'temporary_accommodation' and entity = 'stay'
),

stays as (
    select * from {{ ref("int_temporary__stay") }}
),

-- A household that is moved from one place to another has not left: its time there runs on.
ordered_stay as (
    select
        *,
        coalesce(
            start_date > max({{ open_end("end_date") }}) over (
                partition by household_key order by start_date, stay_id rows between unbounded preceding and 1 preceding
            ),
            true
        ) as is_first_of_time
    from stays
),

numbered_stay as (
    select
        *,
        count(*) filter (where is_first_of_time) over (
            partition by household_key order by start_date, stay_id rows between unbounded preceding and current row
        ) as time_number
    from ordered_stay
),

joined_stay as (
    select
        *,
        min(start_date) over (partition by household_key, time_number) as first_date
    from numbered_stay
)

select
    covered_years.municipality_code,
    covered_years.year,
    joined_stay.stay_key,
    joined_stay.household_key,
    joined_stay.accommodation_kind,
    joined_stay.child_count > 0 as has_children,
    covered_years.year - joined_stay.birth_year between 18 and 24 as is_young,
    {{ add_days("covered_years.reference_date", 1) }} > {{ add_months("joined_stay.first_date", 3) }} as is_over_three_months,
    row_number() over (
        partition by covered_years.reference_date, joined_stay.household_key
        order by joined_stay.start_date desc, joined_stay.stay_id desc
    ) = 1 as is_counted
from covered_years
inner join joined_stay
    on
        covered_years.municipality_code = joined_stay.municipality_code
        and {{ on_day("covered_years.reference_date", "joined_stay.start_date", "joined_stay.end_date") }}
