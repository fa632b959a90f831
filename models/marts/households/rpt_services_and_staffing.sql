-- C94: services received against the staff of the dwelling, by group and category: who has services, who lives in a care dwelling
-- without, who has services in an ordinary dwelling. Where it cannot be told of a household, it is in care_not_known_count and in no
-- other count.
with care_years as (
    select * from {{ ref('fct_household_care_year') }}
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

counted as (
    select
        municipality_code,
        year,
        reference_date,
        category,
        any_value(category_label_nb) as category_label_nb,
        primary_group_r0_2019,
        count(*) as household_count,
        count(*) filter (where has_service is null) as care_not_known_count,
        {{ count_where_told("has_service") }} as with_service_count,
        {{ count_where_told("has_housing_decision") }} as with_housing_decision_count,
        {{ count_where_told("is_care_dwelling_without_service") }} as care_dwelling_without_service_count,
        {{ count_where_told("is_ordinary_dwelling_with_service") }} as ordinary_dwelling_with_service_count,
        {{ count_where_told("has_staffed_dwelling_without_housing_decision") }} as staffed_without_housing_decision_count,
        sum(member_with_service_count) as member_with_service_count,
        sum(service_count) as service_count,
        sum(hours_per_week) as hours_per_week,
        {{ count_where_told("highest_need_score >= 4") }} as large_need_count
    from care_years
    group by municipality_code, year, reference_date, category, primary_group_r0_2019
)

select
    counted.municipality_code,
    municipalities.municipality_name,
    municipalities.county_code,
    municipalities.county_name,
    counted.year,
    counted.reference_date,
    counted.category,
    counted.category_label_nb,
    counted.category in ('staffed_day', 'staffed_round_clock') as is_staffed,
    counted.primary_group_r0_2019,
    {{ group_label_nb('r0_2019', 'counted.primary_group_r0_2019') }} as primary_group_r0_2019_label_nb,
    {%- for column in [
        "household_count", "care_not_known_count", "with_service_count", "with_housing_decision_count", "care_dwelling_without_service_count",
        "ordinary_dwelling_with_service_count", "staffed_without_housing_decision_count", "member_with_service_count", "service_count",
        "large_need_count",
    ] %}
    cast(counted.{{ column }} as integer) as {{ column }},
    {%- endfor %}
    cast(counted.hours_per_week as decimal(12, 2)) as hours_per_week,
    cast(counted.with_service_count / nullif(counted.household_count - counted.care_not_known_count, 0) as decimal(9, 4))
        as share_with_service
from counted
left join municipalities
    on
        counted.municipality_code = municipalities.municipality_code
        and {{ on_day('counted.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
