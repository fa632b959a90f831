-- C91: what is lacking and what is superfluous: households that wait and dwellings that can be moved into, by rooms, accessibility and
-- category.
with waiting as (
    select * from {{ ref('fct_waiting_fit') }}
),

vacant as (
    select * from {{ ref('fct_vacant_fit') }}
    where is_available and fitting_waiting_count is not null
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

-- The category that a household is taken to need where none is told: of those that serve its group the one with the least staff.
group_category as (
    select
        fits.municipality_code,
        fits.group_code,
        arg_min(fits.dwelling_category, staffing.place) as needed_category
    from {{ ref('int_fit__group_category') }} as fits
    inner join (
        values ('ordinary', 1), ('adapted', 2), ('near_base', 3), ('staffed_day', 4), ('staffed_round_clock', 5)
    ) as staffing (category, place) on fits.dwelling_category = staffing.category
    where fits.category_fit = 'fits'
    group by fits.municipality_code, fits.group_code
),

waiting_profiles as (
    select
        {{ waiting_profile() | join(", ") }},
        is_covered_year,
        {{ surrogate_key(waiting_profile()) }} as waiting_profile_key,
        count(*) as household_count,
        count(*) filter (where not has_fitting_vacant) as waiting_without_fit_count
    from waiting
    group by all
),

vacant_profiles as (
    select
        {{ vacant_profile() | join(", ") }},
        is_covered_year,
        is_available,
        {{ surrogate_key(vacant_profile()) }} as vacant_profile_key,
        count(*) as dwelling_count,
        count(*) filter (where fitting_waiting_count = 0) as vacant_without_fit_count,
        any_value(fitting_waiting_count) as fitting_waiting_count
    from vacant
    group by all
),

pairs as (
    {{ fit_pairs('waiting_profiles', 'vacant_profiles') }}
),

-- Every dwelling is divided equally among the households it fits ...
shares as (
    select
        pairs.waiting_profile_key,
        pairs.vacant_profile_key,
        pairs.household_count,
        cast(pairs.dwelling_count / vacant_profiles.fitting_waiting_count as decimal(18, 9)) as share_of_household
    from pairs
    inner join vacant_profiles on pairs.vacant_profile_key = vacant_profiles.vacant_profile_key
    where pairs.obstacle_count = 0
),

-- ... and who gets more than one whole gives back what is over.
received as (
    select
        waiting_profile_key,
        sum(share_of_household) as received_count
    from shares
    group by waiting_profile_key
),

used as (
    select
        shares.vacant_profile_key,
        sum(cast(
            shares.household_count * shares.share_of_household / greatest(received.received_count, 1) as decimal(18, 9)
        )) as used_count
    from shares
    inner join received on shares.waiting_profile_key = received.waiting_profile_key
    group by shares.vacant_profile_key
),

wanted as (
    select
        waiting_profiles.municipality_code,
        waiting_profiles.reference_date,
        waiting_profiles.is_covered_year,
        {{ room_class('waiting_profiles.least_room_count') }} as room_class,
        coalesce(waiting_profiles.needs_accessible_dwelling, false) as is_accessible,
        coalesce(waiting_profiles.needed_category, group_category.needed_category, 'not_told') as category,
        sum(waiting_profiles.household_count) as waiting_count,
        sum(waiting_profiles.waiting_without_fit_count) as waiting_without_fit_count,
        sum(waiting_profiles.household_count * (1 - least(coalesce(received.received_count, 0), 1))) as lack_count
    from waiting_profiles
    left join received on waiting_profiles.waiting_profile_key = received.waiting_profile_key
    left join group_category
        on
            waiting_profiles.municipality_code = group_category.municipality_code
            and waiting_profiles.primary_group_r0_2019 = group_category.group_code
    group by all
),

offered as (
    select
        vacant_profiles.municipality_code,
        vacant_profiles.reference_date,
        vacant_profiles.is_covered_year,
        {{ room_class('vacant_profiles.room_count') }} as room_class,
        coalesce(vacant_profiles.is_wheelchair_accessible, false) as is_accessible,
        vacant_profiles.category,
        sum(vacant_profiles.dwelling_count) as vacant_count,
        sum(vacant_profiles.vacant_without_fit_count) as vacant_without_fit_count,
        sum(vacant_profiles.dwelling_count - coalesce(used.used_count, 0)) as surplus_count
    from vacant_profiles
    left join used on vacant_profiles.vacant_profile_key = used.vacant_profile_key
    group by all
),

profiles as (
    select
        coalesce(wanted.municipality_code, offered.municipality_code) as municipality_code,
        coalesce(wanted.reference_date, offered.reference_date) as reference_date,
        coalesce(wanted.is_covered_year, offered.is_covered_year) as is_covered_year,
        coalesce(wanted.room_class, offered.room_class) as room_class,
        coalesce(wanted.is_accessible, offered.is_accessible) as is_accessible,
        coalesce(wanted.category, offered.category) as category,
        coalesce(wanted.waiting_count, 0) as waiting_count,
        coalesce(wanted.waiting_without_fit_count, 0) as waiting_without_fit_count,
        coalesce(wanted.lack_count, 0) as lack_count,
        coalesce(offered.vacant_count, 0) as vacant_count,
        coalesce(offered.vacant_without_fit_count, 0) as vacant_without_fit_count,
        coalesce(offered.surplus_count, 0) as surplus_count
    from wanted
    full join offered
        on
            wanted.municipality_code = offered.municipality_code
            and wanted.reference_date = offered.reference_date
            and wanted.room_class = offered.room_class
            and wanted.is_accessible = offered.is_accessible
            and wanted.category = offered.category
)

select
    profiles.municipality_code,
    municipalities.municipality_name,
    municipalities.county_code,
    municipalities.county_name,
    {{ year_of('profiles.reference_date') }} as year,
    profiles.reference_date,
    profiles.is_covered_year,
    profiles.room_class,
    {{ label_nb('room_class', 'profiles.room_class') }} as room_class_label_nb,
    profiles.is_accessible,
    profiles.category,
    coalesce({{ label_nb('dwelling_category', 'profiles.category') }}, {{ label_nb('room_class', 'profiles.category') }})
        as category_label_nb,
    cast(profiles.waiting_count as integer) as waiting_count,
    cast(profiles.waiting_without_fit_count as integer) as waiting_without_fit_count,
    cast(profiles.vacant_count as integer) as vacant_count,
    cast(profiles.vacant_without_fit_count as integer) as vacant_without_fit_count,
    cast(profiles.lack_count as decimal(9, 2)) as lack_count,
    cast(profiles.surplus_count as decimal(9, 2)) as surplus_count
from profiles
left join municipalities
    on
        profiles.municipality_code = municipalities.municipality_code
        and {{ on_day('profiles.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
