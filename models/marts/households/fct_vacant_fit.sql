-- C89-C90: for each dwelling vacant on a reference day, how many waiting households it fits, and why nobody moves in where it fits nobody.
with vacant as (
    select
        *,
        {{ surrogate_key(vacant_profile() + ["is_available"]) }} as vacant_profile_key
    from {{ ref('int_fit__vacant') }}
),

waiting as (
    select
        *,
        {{ surrogate_key(waiting_profile()) }} as waiting_profile_key
    from {{ ref('fct_waiting_fit') }}
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
        vacant_profile_key,
        {{ vacant_profile() | join(", ") }},
        is_available,
        count(*) as dwelling_count
    from vacant
    group by all
),

pairs as (
    {{ fit_pairs('waiting_profiles', 'vacant_profiles') }}
),

counted as (
    select
        vacant_profile_key,
        {%- for need in fit_needs() %}
        coalesce(sum(household_count) filter (where obstacle_count = 1 and {{ need }}), 0) as {{ need }}_only_count,
        {%- endfor %}
        sum(household_count) filter (where obstacle_count = 0) as fitting_count
    from pairs
    group by vacant_profile_key
),

judged as (
    select
        vacant.*,
        case when vacant.is_waiting_told then cast(coalesce(counted.fitting_count, 0) as integer) end as fitting_waiting_count,
        case
            when not vacant.is_available then vacant.vacancy_reason
            when not vacant.is_waiting_told or counted.fitting_count > 0 then null
            when counted.vacant_profile_key is null then 'nobody_waits'
            else coalesce({{ greatest_obstacle('counted.') }}, 'several')
        end as obstacle
    from vacant
    left join counted on vacant.vacant_profile_key = counted.vacant_profile_key
)

select
    dwelling_key,
    reference_date,
    {{ year_of('reference_date') }} as year,
    is_covered_year,
    municipality_code,
    dwelling_version_key,
    tenure_form,
    {{ label_nb('tenure_form', 'tenure_form') }} as tenure_form_label_nb,
    category,
    {{ label_nb('dwelling_category', 'category') }} as category_label_nb,
    room_count,
    is_wheelchair_accessible,
    reserved_for,
    vacancy_reason,
    {{ label_nb('vacancy_reason', 'vacancy_reason') }} as vacancy_reason_label_nb,
    is_available,
    fitting_waiting_count,
    obstacle,
    {{ label_nb('fit_obstacle', 'obstacle') }} as obstacle_label_nb
from judged
