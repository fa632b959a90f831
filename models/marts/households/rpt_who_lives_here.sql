-- C94: who lives in the dwellings, by primary group: how many, in what, how long, with which services, who came and went, who waits, and
-- what stands ready for them. The reports of one question are rows of this one.
with reference_days as (
    select * from {{ ref('int_fit__reference_day') }}
    where is_covered_year
),

groups as (
    select
        code as group_code,
        label_nb,
        sort_order,
        is_refugee
    from {{ ref('target_group_scheme') }}
    where scheme = 'r0_2019'
),

household_years as (
    select * from {{ ref('fct_household_year') }}
),

tenancies as (
    select * from {{ ref('fct_tenancy') }}
    where is_counted and kind_of_start = 'new'
),

moves_out as (
    select * from {{ ref('fct_household_move') }}
    where flow = 'moved_out'
),

flows_told as (
    select
        municipality_code,
        year
    from {{ ref('fct_household_flow') }}
    where period_kind = 'year' and breakdown = 'none'
),

-- What is told of groups: all of them by the municipality, refugees by the register.
groups_told as (
    select
        municipality_code,
        reference_date,
        bool_or(entity = 'household_group') as has_groups,
        bool_or(source = 'refugee_register') as has_register
    from {{ ref('int_deliveries__covered_entity') }}
    where entity = 'household_group' or source = 'refugee_register'
    group by municipality_code, reference_date
),

survivals as (
    select * from {{ ref('fct_survival') }}
    where area_level = 'municipality' and breakdown = 'target_group_r0_2019'
),

waiting as (
    select * from {{ ref('fct_waiting_fit') }}
    where is_covered_year
),

vacant as (
    select * from {{ ref('int_fit__vacant') }}
    where is_covered_year and is_available
),

group_categories as (
    select * from {{ ref('int_fit__group_category') }}
),

reservations as (
    select * from {{ ref('int_fit__reservation') }}
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

households as (
    select
        municipality_code,
        year,
        primary_group_r0_2019 as group_code,
        count(*) as household_count,
        sum(household_size) as person_count,
        sum(children_count) as children_count,
        {{ count_where_told("children_count > 0") }} as with_children_count,
        {{ count_where_told("contract_holder_age < 30") }} as aged_under_30_count,
        {{ count_where_told("contract_holder_age between 30 and 49") }} as aged_30_49_count,
        {{ count_where_told("contract_holder_age between 50 and 66") }} as aged_50_66_count,
        {{ count_where_told("contract_holder_age between 67 and 79") }} as aged_67_79_count,
        {{ count_where_told("contract_holder_age >= 80") }} as aged_80_plus_count,
        count(*) filter (where category = 'ordinary') as ordinary_count,
        count(*) filter (where category = 'adapted') as adapted_count,
        count(*) filter (where category = 'near_base') as near_base_count,
        count(*) filter (where category = 'staffed_day') as staffed_day_count,
        count(*) filter (where category = 'staffed_round_clock') as staffed_round_clock_count,
        {{ count_where_told("has_care_service") }} as with_care_service_count,
        count(*) filter (where length_of_stay_class in ('5-10', '10+')) as stayed_over_5_years_count,
        cast(median(length_of_stay_days) as integer) as median_stay_so_far_days,
        {{ count_where_told("room_mismatch = 'too_small'") }} as too_small_count,
        {{ count_where_told("accessibility_mismatch = 'not_accessible'") }} as not_accessible_count,
        {{ count_where_told("category_mismatch = 'category'") }} as wrong_category_count
    from household_years
    group by municipality_code, year, primary_group_r0_2019
),

moved_in as (
    select
        municipality_code,
        {{ year_of('start_date') }} as year,
        primary_group_r0_2019_at_start as group_code,
        count(*) as newly_moved_in_count
    from tenancies
    group by all
),

on_list as (
    select
        municipality_code,
        year,
        primary_group_r0_2019 as group_code,
        count(*) as waiting_count,
        cast(median(waited_days) as integer) as median_waited_days,
        count(*) filter (where not has_fitting_vacant) as waiting_without_fit_count
    from waiting
    group by municipality_code, year, primary_group_r0_2019
),

moved_out as (
    select
        municipality_code,
        year,
        primary_group_r0_2019_at_start as group_code,
        cast(count(*) as integer) as moved_out_count
    from moves_out
    group by all
),

-- Somebody is known to be in the group.
occurring as (
    select
        municipality_code,
        year,
        group_code
    from households

    union

    select
        municipality_code,
        year,
        group_code
    from moved_in

    union

    select
        municipality_code,
        year,
        group_code
    from moved_out

    union

    select
        municipality_code,
        year,
        group_code
    from on_list
),

-- Every group has a row in every covered year: a zero is a zero. Where groups were not delivered only those that somebody is in have one,
-- so that what nobody told does not read as none (C51).
base as (
    select
        reference_days.municipality_code,
        reference_days.reference_date,
        {{ year_of('reference_days.reference_date') }} as year,
        reference_days.is_waiting_told,
        groups.group_code,
        groups.label_nb,
        groups.sort_order
    from reference_days
    cross join groups
    left join groups_told
        on
            reference_days.municipality_code = groups_told.municipality_code
            and reference_days.reference_date = groups_told.reference_date
    left join occurring
        on
            reference_days.municipality_code = occurring.municipality_code
            and {{ year_of('reference_days.reference_date') }} = occurring.year
            and groups.group_code = occurring.group_code
    where
        groups_told.has_groups
        or groups.group_code = 'unclassified'
        or (groups.is_refugee and groups_told.has_register)
        or occurring.group_code is not null
),

-- Vacant dwellings that somebody could move into, whose category serves the group and that are not reserved for others (C87, C88).
vacant_profiles as (
    select
        municipality_code,
        reference_date,
        category,
        lower(trim(reserved_for)) as reserved_words,
        count(*) as dwelling_count
    from vacant
    group by all
),

vacant_for_group as (
    select
        vacant_profiles.municipality_code,
        vacant_profiles.reference_date,
        group_categories.group_code,
        sum(vacant_profiles.dwelling_count) as vacant_for_group_count
    from vacant_profiles
    inner join group_categories
        on
            vacant_profiles.municipality_code = group_categories.municipality_code
            and vacant_profiles.category = group_categories.dwelling_category
    left join reservations
        on
            vacant_profiles.municipality_code = reservations.municipality_code
            and vacant_profiles.reserved_words = reservations.reserved_for
    where
        group_categories.category_fit <> 'does_not'
        and coalesce(list_contains(reservations.group_codes, group_categories.group_code), true)
    group by all
),

joined as (
    select
        base.municipality_code,
        municipalities.municipality_name,
        municipalities.county_code,
        municipalities.county_name,
        base.year,
        base.reference_date,
        base.group_code as primary_group_r0_2019,
        base.label_nb as primary_group_r0_2019_label_nb,
        base.sort_order,
        coalesce(households.household_count, 0) as household_count,
        sum(households.household_count) over (partition by base.municipality_code, base.year) as all_household_count,
        lag(coalesce(households.household_count, 0)) over of_group as last_household_count,
        lag(base.year) over of_group as last_year,
        households.person_count,
        households.children_count,
        households.with_children_count,
        case when households.household_count is null then 0 else households.aged_under_30_count end as aged_under_30_count,
        case when households.household_count is null then 0 else households.aged_30_49_count end as aged_30_49_count,
        case when households.household_count is null then 0 else households.aged_50_66_count end as aged_50_66_count,
        case when households.household_count is null then 0 else households.aged_67_79_count end as aged_67_79_count,
        case when households.household_count is null then 0 else households.aged_80_plus_count end as aged_80_plus_count,
        coalesce(households.ordinary_count, 0) as ordinary_count,
        coalesce(households.adapted_count, 0) as adapted_count,
        coalesce(households.near_base_count, 0) as near_base_count,
        coalesce(households.staffed_day_count, 0) as staffed_day_count,
        coalesce(households.staffed_round_clock_count, 0) as staffed_round_clock_count,
        households.with_care_service_count,
        coalesce(households.stayed_over_5_years_count, 0) as stayed_over_5_years_count,
        households.median_stay_so_far_days,
        stays.median_days as median_stay_days,
        case when households.household_count is null then 0 else households.too_small_count end as too_small_count,
        case when households.household_count is null then 0 else households.not_accessible_count end as not_accessible_count,
        case when households.household_count is null then 0 else households.wrong_category_count end as wrong_category_count,
        coalesce(moved_in.newly_moved_in_count, 0) as newly_moved_in_count,
        case when flows_told.municipality_code is not null then coalesce(moved_out.moved_out_count, 0) end as moved_out_count,
        case when base.is_waiting_told then coalesce(on_list.waiting_count, 0) end as waiting_count,
        on_list.median_waited_days,
        waits.median_days as median_wait_days,
        case when base.is_waiting_told then coalesce(on_list.waiting_without_fit_count, 0) end as waiting_without_fit_count,
        case when base.group_code <> 'unclassified' then coalesce(vacant_for_group.vacant_for_group_count, 0) end as vacant_for_group_count
    from base
    left join municipalities
        on
            base.municipality_code = municipalities.municipality_code
            and {{ on_day('base.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
    left join households
        on base.municipality_code = households.municipality_code and base.year = households.year and base.group_code = households.group_code
    left join moved_in
        on base.municipality_code = moved_in.municipality_code and base.year = moved_in.year and base.group_code = moved_in.group_code
    left join moved_out
        on base.municipality_code = moved_out.municipality_code and base.year = moved_out.year and base.group_code = moved_out.group_code
    left join flows_told on base.municipality_code = flows_told.municipality_code and base.year = flows_told.year
    left join survivals as stays
        on base.municipality_code = stays.area_code and base.group_code = stays.breakdown_code and stays.measure = 'stay'
    left join survivals as waits
        on base.municipality_code = waits.area_code and base.group_code = waits.breakdown_code and waits.measure = 'wait'
    left join on_list
        on base.municipality_code = on_list.municipality_code and base.year = on_list.year and base.group_code = on_list.group_code
    left join vacant_for_group
        on
            base.municipality_code = vacant_for_group.municipality_code
            and base.reference_date = vacant_for_group.reference_date
            and base.group_code = vacant_for_group.group_code
    window of_group as (partition by base.municipality_code, base.group_code order by base.year)
)

select
    municipality_code,
    municipality_name,
    county_code,
    county_name,
    year,
    reference_date,
    primary_group_r0_2019,
    primary_group_r0_2019_label_nb,
    cast(sort_order as integer) as sort_order,
    cast(household_count as integer) as household_count,
    cast(household_count / nullif(all_household_count, 0) as decimal(9, 4)) as share_of_households,
    cast(case when last_year = year - 1 then household_count - last_household_count end as integer) as change_from_last_year_count,
    {%- for column in [
        "person_count", "children_count", "with_children_count", "aged_under_30_count", "aged_30_49_count", "aged_50_66_count",
        "aged_67_79_count", "aged_80_plus_count", "ordinary_count", "adapted_count", "near_base_count", "staffed_day_count",
        "staffed_round_clock_count", "with_care_service_count", "stayed_over_5_years_count", "too_small_count", "not_accessible_count",
        "wrong_category_count", "newly_moved_in_count", "waiting_count", "waiting_without_fit_count", "vacant_for_group_count",
    ] %}
    cast({{ column }} as integer) as {{ column }},
    {%- endfor %}
    cast(with_care_service_count / nullif(household_count, 0) as decimal(9, 4)) as share_with_care_service,
    cast((staffed_day_count + staffed_round_clock_count) / nullif(household_count, 0) as decimal(9, 4)) as share_staffed,
    median_stay_so_far_days,
    median_stay_days,
    moved_out_count,
    median_waited_days,
    median_wait_days
from joined
