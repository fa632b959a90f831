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

populations as (
    select * from {{ ref('fct_population') }}
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
)

select
    base.municipality_code,
    municipalities.municipality_name,
    municipalities.county_code,
    municipalities.county_name,
    base.year,
    base.reference_date,
    base.age_group,
    base.category,
    {{ label_nb('dwelling_category', 'base.category') }} as category_label_nb,
    base.category in ('staffed_day', 'staffed_round_clock') as is_staffed,
    cast(coalesce(households.household_count, 0) as integer) as household_count,
    cast(households.person_count as integer) as person_count,
    cast(case when households.household_count is null then 0 else households.one_person_count end as integer) as one_person_count,
    cast(households.with_care_service_count as integer) as with_care_service_count,
    cast(households.care_service_count as integer) as care_service_count,
    cast(case when households.household_count is null then 0 else households.not_accessible_count end as integer) as not_accessible_count,
    households.median_stay_so_far_days,
    populations.persons as inhabitants_of_age_count,
    cast(1000.0 * coalesce(households.household_count, 0) / nullif(populations.persons, 0) as decimal(9, 2)) as households_per_1000_of_age
from base
left join municipalities
    on
        base.municipality_code = municipalities.municipality_code
        and {{ on_day('base.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
left join households
    on
        base.municipality_code = households.municipality_code
        and base.year = households.year
        and base.age_group = households.age_group
        and base.category = households.category
left join populations
    on
        base.municipality_code = populations.municipality_code
        and base.year + 1 = populations.year
        and base.age_group = populations.age_group
