-- C89-C90: for each household on the waiting list on a reference day, how many vacant dwellings fit it, and which need stands in the way
-- where none does. Households and dwellings that are alike are held together as profiles, not one by one.
with reference_days as (
    select * from {{ ref('int_fit__reference_day') }}
    where is_waiting_told
),

applications as (
    select * from {{ ref('fct_application') }}
    where listed_date is not null
),

told_needs as (
    select * from {{ ref('int_applications__latest') }}
),

compositions as (
    select * from {{ ref('int_households__composition_period') }}
    where member_count > 0
),

room_norms as (
    select * from {{ ref('int_fit__room_norm') }}
),

access_told as (
    select * from {{ ref('int_fit__access_told') }}
),

vacant as (
    select * from {{ ref('int_fit__vacant') }}
),

-- Two applications of one household are one on the list (C23): the one that was listed first.
on_list as (
    select
        reference_days.reference_date,
        reference_days.is_covered_year,
        applications.*
    from reference_days
    inner join applications
        on
            reference_days.municipality_code = applications.municipality_code
            and {{ on_day('reference_days.reference_date', 'applications.listed_date', 'applications.left_list_date') }}
    qualify row_number() over (
        partition by reference_days.reference_date, applications.household_key
        order by applications.listed_date, applications.application_key
    ) = 1
),

-- A household whose members are told of from a later day only is as large as it was that day.
person_count as (
    select
        on_list.household_key,
        on_list.reference_date,
        arg_min(compositions.member_count, compositions.valid_from) as person_count
    from on_list
    inner join compositions
        on
            on_list.household_key = compositions.household_key
            and {{ open_end('compositions.valid_to') }} > on_list.reference_date
    group by on_list.household_key, on_list.reference_date
),

access_need as (
    select
        on_list.household_key,
        on_list.reference_date,
        bool_or(access_told.needs_accessible) as needs_accessible
    from on_list
    inner join access_told
        on
            on_list.household_key = access_told.household_key
            and {{ on_day('on_list.reference_date', 'access_told.valid_from', 'access_told.valid_to') }}
    group by on_list.household_key, on_list.reference_date
),

waiting as (
    select
        on_list.household_key,
        on_list.reference_date,
        on_list.is_covered_year,
        on_list.municipality_code,
        on_list.application_key,
        on_list.listed_date,
        on_list.group_form_2009 as primary_group_form_2009,
        on_list.group_form_2020 as primary_group_form_2020,
        on_list.group_r0_2019 as primary_group_r0_2019,
        on_list.group_care_3 as primary_group_care_3,
        on_list.group_care_3b as primary_group_care_3b,
        on_list.group_bodo_4 as primary_group_bodo_4,
        person_count.person_count,
        room_norms.least_room_count,
        room_norms.most_room_count,
        access_need.needs_accessible as needs_accessible_dwelling,
        told_needs.needed_category,
        {{ surrogate_key([
            'on_list.municipality_code', 'on_list.reference_date', 'on_list.group_r0_2019', 'room_norms.least_room_count',
            'room_norms.most_room_count', 'access_need.needs_accessible', 'told_needs.needed_category',
        ]) }} as waiting_profile_key
    from on_list
    inner join told_needs on on_list.application_key = told_needs.application_key
    left join person_count
        on on_list.household_key = person_count.household_key and on_list.reference_date = person_count.reference_date
    left join access_need
        on on_list.household_key = access_need.household_key and on_list.reference_date = access_need.reference_date
    left join room_norms
        on
            on_list.municipality_code = room_norms.municipality_code
            and person_count.person_count >= room_norms.person_count_from
            and person_count.person_count < coalesce(room_norms.person_count_below, 1000)
),

waiting_profiles as (
    select
        waiting_profile_key,
        {{ waiting_profile() | join(", ") }},
        count(*) as household_count
    from waiting
    group by all
),

vacant_profiles as (
    select
        {{ vacant_profile() | join(", ") }},
        is_available,
        {{ surrogate_key(vacant_profile() + ["is_available"]) }} as vacant_profile_key,
        count(*) as dwelling_count
    from vacant
    group by all
),

pairs as (
    {{ fit_pairs('waiting_profiles', 'vacant_profiles') }}
),

counted as (
    select
        waiting_profile_key,
        {%- for need in fit_needs() %}
        coalesce(sum(dwelling_count) filter (where is_available and obstacle_count = 1 and {{ need }}), 0) as {{ need }}_only_count,
        {%- endfor %}
        sum(dwelling_count) filter (where is_available) as available_count,
        sum(dwelling_count) filter (where is_available and obstacle_count = 0) as fitting_count,
        sum(dwelling_count) filter (where not is_available and obstacle_count = 0) as fitting_unavailable_count
    from pairs
    group by waiting_profile_key
),

judged as (
    select
        waiting.*,
        cast(coalesce(counted.fitting_count, 0) as integer) as fitting_vacant_count,
        cast(coalesce(counted.fitting_unavailable_count, 0) as integer) as fitting_unavailable_count,
        {%- for need in fit_needs() %}
        cast(coalesce(counted.{{ need }}_only_count, 0) as integer) as {{ need }}_only_count,
        {%- endfor %}
        case
            when counted.fitting_count > 0 then null
            when counted.available_count > 0 then coalesce({{ greatest_obstacle('counted.') }}, 'several')
            else 'no_vacant_dwelling'
        end as binding_need
    from waiting
    left join counted on waiting.waiting_profile_key = counted.waiting_profile_key
)

select
    household_key,
    reference_date,
    {{ year_of('reference_date') }} as year,
    is_covered_year,
    municipality_code,
    application_key,
    listed_date,
    {{ days_between('listed_date', 'reference_date') }} as waited_days,
    {%- for scheme in group_schemes() %}
    primary_group_{{ scheme }},
    {{ group_label_nb(scheme, 'primary_group_' ~ scheme) }} as primary_group_{{ scheme }}_label_nb,
    {%- endfor %}
    person_count,
    least_room_count,
    most_room_count,
    needs_accessible_dwelling,
    needed_category,
    {{ label_nb('dwelling_category', 'needed_category') }} as needed_category_label_nb,
    {%- for need in fit_needs() %}
    {{ need }}_only_count,
    {%- endfor %}
    fitting_vacant_count,
    fitting_vacant_count > 0 as has_fitting_vacant,
    fitting_unavailable_count,
    binding_need,
    {{ label_nb('fit_obstacle', 'binding_need') }} as binding_need_label_nb
from judged
