-- C94: the waiting list by group: who came on it and left it in the year, who is on it on 31 December, how long they have waited,
-- whether a vacant dwelling fits them, and what stands in the way where none does (C90).
with reference_days as (
    select * from {{ ref('int_fit__reference_day') }}
    where is_covered_year and is_waiting_told
),

groups as (
    select
        code as group_code,
        label_nb,
        sort_order
    from {{ ref('target_group_scheme') }}
    where scheme = 'r0_2019'
),

applications as (
    select * from {{ ref('fct_application') }}
    where listed_date is not null
),

waiting as (
    select * from {{ ref('fct_waiting_fit') }}
    where is_covered_year
),

survivals as (
    select * from {{ ref('fct_survival') }}
    where measure = 'wait' and area_level = 'municipality' and breakdown = 'target_group_r0_2019'
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

-- A household is new on the list once a year, in the group of the application that was listed first (C89).
new_on_list as (
    select
        municipality_code,
        {{ year_of('listed_date') }} as year,
        group_r0_2019 as group_code
    from applications
    qualify row_number() over (
        partition by household_key, {{ year_of('listed_date') }} order by listed_date, application_id
    ) = 1
),

came as (
    select
        municipality_code,
        year,
        group_code,
        count(*) as new_on_list_count
    from new_on_list
    group by all
),

went as (
    select
        municipality_code,
        {{ year_of('left_list_date') }} as year,
        group_r0_2019 as group_code,
        count(*) filter (where {{ left_list_by_assignment() }}) as assigned_count,
        count(*) filter (where not {{ left_list_by_assignment() }}) as withdrawn_count
    from applications
    where left_list_date is not null
    group by all
),

on_list as (
    select
        municipality_code,
        year,
        primary_group_r0_2019 as group_code,
        count(*) as waiting_count,
        cast(median(waited_days) as integer) as median_waited_days,
        count(*) filter (where waited_days > 365) as waited_over_a_year_count,
        count(*) filter (where needs_accessible_dwelling) as needs_accessible_count,
        count(*) filter (where has_fitting_vacant) as with_fit_count,
        count(*) filter (where binding_need = 'too_small') as kept_out_too_small_count,
        count(*) filter (where binding_need = 'too_large') as kept_out_too_large_count,
        count(*) filter (where binding_need = 'not_accessible') as kept_out_not_accessible_count,
        count(*) filter (where binding_need = 'category') as kept_out_category_count,
        count(*) filter (where binding_need = 'reserved_for_others') as kept_out_reserved_count,
        count(*) filter (where binding_need = 'several') as kept_out_several_count,
        count(*) filter (where binding_need = 'no_vacant_dwelling') as no_vacant_dwelling_count
    from waiting
    group by municipality_code, year, primary_group_r0_2019
)

select
    reference_days.municipality_code,
    municipalities.municipality_name,
    municipalities.county_code,
    municipalities.county_name,
    {{ year_of('reference_days.reference_date') }} as year,
    reference_days.reference_date,
    groups.group_code as primary_group_r0_2019,
    groups.label_nb as primary_group_r0_2019_label_nb,
    cast(groups.sort_order as integer) as sort_order,
    cast(coalesce(came.new_on_list_count, 0) as integer) as new_on_list_count,
    cast(coalesce(went.assigned_count, 0) as integer) as assigned_count,
    cast(coalesce(went.withdrawn_count, 0) as integer) as withdrawn_count,
    {%- for column in [
        "waiting_count", "waited_over_a_year_count", "needs_accessible_count", "with_fit_count", "kept_out_too_small_count",
        "kept_out_too_large_count", "kept_out_not_accessible_count", "kept_out_category_count", "kept_out_reserved_count",
        "kept_out_several_count", "no_vacant_dwelling_count",
    ] %}
    cast(coalesce(on_list.{{ column }}, 0) as integer) as {{ column }},
    {%- endfor %}
    on_list.median_waited_days,
    survivals.q25_days as q25_wait_days,
    survivals.median_days as median_wait_days,
    survivals.q75_days as q75_wait_days
from reference_days
cross join groups
left join municipalities
    on
        reference_days.municipality_code = municipalities.municipality_code
        and {{ on_day('reference_days.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
left join came
    on
        reference_days.municipality_code = came.municipality_code
        and {{ year_of('reference_days.reference_date') }} = came.year
        and groups.group_code = came.group_code
left join went
    on
        reference_days.municipality_code = went.municipality_code
        and {{ year_of('reference_days.reference_date') }} = went.year
        and groups.group_code = went.group_code
left join on_list
    on
        reference_days.municipality_code = on_list.municipality_code
        and {{ year_of('reference_days.reference_date') }} = on_list.year
        and groups.group_code = on_list.group_code
left join survivals
    on reference_days.municipality_code = survivals.area_code and groups.group_code = survivals.breakdown_code
