-- Question 3: where the elderly live (C94): households whose contract holder is 67 or more, whatever their group, by age and dwelling
-- category, with services and round-the-clock staff, which is what a nursing home gives.
with household_years as (
    select * from {{ ref('fct_household_year') }}
),

age_groups as (
    select * from {{ ref('dim_age_group') }}
    where scheme = 'contract_holder' and age_from >= 67
),

categories as (
    select code as category from {{ ref('code_label') }}
    where code_list = 'dwelling_category'
),

reference_days as (
    select * from {{ ref('int_fit__reference_day') }}
    where is_covered_year
),

inhabitants as (
    select * from {{ ref('int_geography__inhabitants') }}
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

base as (
    select
        reference_days.municipality_code,
        reference_days.reference_date,
        {{ year_of('reference_days.reference_date') }} as year,
        age_groups.age_group,
        categories.category
    from reference_days
    cross join age_groups
    cross join categories
),

-- Where members were not delivered nobody knows who is old: empty, not none (C51).
without_ages as (
    select
        municipality_code,
        year
    from household_years
    group by municipality_code, year
    having count(contract_holder_age) = 0
),

households as (
    select
        municipality_code,
        year,
        contract_holder_age_group as age_group,
        category,
        count(*) as household_count,
        sum(household_size) as person_count,
        {{ count_where_told("household_type = 'one_person'") }} as one_person_count,
        {{ count_where_told("has_care_service") }} as with_care_service_count,
        sum(care_service_count) as care_service_count,
        {{ count_where_told("accessibility_mismatch = 'not_accessible'") }} as not_accessible_count,
        cast(median(length_of_stay_days) as integer) as median_stay_so_far_days
    from household_years
    where contract_holder_age >= 67
    group by all
),

counted as (
    select
        base.municipality_code,
        base.reference_date,
        base.year,
        base.age_group,
        base.category,
        case when without_ages.municipality_code is null then coalesce(households.household_count, 0) end as household_count,
        households.person_count,
        households.one_person_count,
        households.with_care_service_count,
        households.care_service_count,
        households.not_accessible_count,
        households.median_stay_so_far_days
    from base
    left join without_ages on base.municipality_code = without_ages.municipality_code and base.year = without_ages.year
    left join households
        on
            base.municipality_code = households.municipality_code
            and base.year = households.year
            and base.age_group = households.age_group
            and base.category = households.category
)

select
    counted.municipality_code,
    municipalities.municipality_name,
    municipalities.county_code,
    municipalities.county_name,
    counted.year,
    counted.reference_date,
    counted.age_group,
    counted.category,
    {{ label_nb('dwelling_category', 'counted.category') }} as category_label_nb,
    counted.category in ('staffed_day', 'staffed_round_clock') as is_staffed,
    cast(counted.household_count as integer) as household_count,
    cast(counted.person_count as integer) as person_count,
    cast(case when counted.household_count = 0 then 0 else counted.one_person_count end as integer) as one_person_count,
    cast(counted.with_care_service_count as integer) as with_care_service_count,
    cast(counted.care_service_count as integer) as care_service_count,
    cast(case when counted.household_count = 0 then 0 else counted.not_accessible_count end as integer) as not_accessible_count,
    counted.median_stay_so_far_days,
    inhabitants.persons as inhabitants_of_age_count,
    cast(1000.0 * counted.household_count / nullif(inhabitants.persons, 0) as decimal(9, 2)) as households_per_1000_of_age
from counted
left join municipalities
    on
        counted.municipality_code = municipalities.municipality_code
        and {{ on_day('counted.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
left join inhabitants
    on
        counted.municipality_code = inhabitants.municipality_code
        and counted.year = inhabitants.year
        and counted.age_group = inhabitants.age_group
