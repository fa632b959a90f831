-- Applications from receipt to moving in, and the waiting list as on the as-of date (C23).
with applications as (
    select * from {{ ref('int_applications__latest') }}
),

tenancies as (
    select
        tenancy_key,
        delivered_start_date
    from {{ ref('int_tenancies__counted') }}
),

persons as (
    select * from {{ ref('dim_person') }}
    where is_linkable
),

mappings as (
    select * from {{ ref('int_groups__mapping') }}
),

described as (
    select * from {{ ref('int_geography__described') }}
),

-- The applicant's group as the office gave it on the application; no dwelling is known yet, so old group 4 goes by age alone.
application_group as (
    select
        applications.application_key,
        mappings.scheme,
        case
            when mappings.is_age_split
                then {{ old_group_4(year_of('applications.received_date') ~ ' - persons.birth_year', 'false') }}
            else mappings.group_code
        end as group_code
    from applications
    inner join mappings
        on
            applications.municipality_code = mappings.municipality_code
            and applications.local_group_code = mappings.local_group_code
            and {{ on_day('applications.received_date', 'mappings.valid_from', 'mappings.valid_to') }}
    left join persons on applications.applicant_person_key = persons.person_key
),

groups_by_scheme as (
    select
        application_key,
        max(case when scheme = 'form_2009' then group_code end) as group_form_2009,
        max(case when scheme = 'form_2020' then group_code end) as group_form_2020,
        max(case when scheme = 'r0_2019' then group_code end) as group_r0_2019,
        max(case when scheme = 'care_3' then group_code end) as group_care_3,
        max(case when scheme = 'care_3b' then group_code end) as group_care_3b,
        max(case when scheme = 'bodo_4' then group_code end) as group_bodo_4
    from application_group
    group by application_key
),

-- Members on the day of receipt; many households tell them from the day they move in only, then on the first day they are told.
composition as (
    select
        applications.application_key,
        periods.member_count
    from applications
    inner join {{ ref('int_households__composition_period') }} as periods
        on applications.household_key = periods.household_key and applications.received_date < {{ open_end('periods.valid_to') }}
    where periods.member_count > 0
    qualify row_number() over (partition by applications.application_key order by periods.valid_from) = 1
),

-- Refusals that the household had when it applied.
rejection as (
    select
        applications.application_key,
        cast(count(*) as integer) as rejection_count
    from applications
    inner join applications as earlier
        on applications.household_key = earlier.household_key and applications.received_date >= earlier.decided_date
    where earlier.decision = 'rejected' and applications.application_key <> earlier.application_key
    group by applications.application_key
),

-- The day a granted application is listed: as told, else the day of the decision. Who has moved in has been assigned a dwelling, whether
-- or not the day of it is told.
listing as (
    select
        applications.application_key,
        coalesce(applications.listed_date, applications.decided_date) as listing_date,
        coalesce(applications.assigned_date, applications.moved_in_date, tenancies.delivered_start_date) as assigned_by_date
    from applications
    left join tenancies on applications.tenancy_key = tenancies.tenancy_key
    where applications.decision = 'granted'
),

-- Assigned on or before that day, or withdrawn before it, it was never listed. It leaves by assignment or withdrawal, the first of them.
on_list as (
    select
        listing.application_key,
        listing.listing_date as listed_date,
        least(listing.assigned_by_date, applications.withdrawn_date) as left_list_date
    from listing
    inner join applications on listing.application_key = applications.application_key
    where
        {{ open_end('listing.assigned_by_date') }} > listing.listing_date
        and {{ open_end('applications.withdrawn_date') }} >= listing.listing_date
)

select
    applications.application_key,
    applications.municipality_code,
    applications.application_id,
    applications.household_key,
    tenancies.tenancy_key,
    applications.received_date,
    applications.decided_date,
    applications.decision,
    {{ label_nb('decision', 'applications.decision') }} as decision_label_nb,
    applications.rejection_reason,
    {{ label_nb('rejection_reason', 'applications.rejection_reason') }} as rejection_reason_label_nb,
    coalesce(rejection.rejection_count, 0) as earlier_rejection_count,
    applications.promised_date,
    on_list.listed_date,
    on_list.left_list_date,
    applications.assigned_date,
    applications.moved_in_date,
    applications.withdrawn_date,
    coalesce(
        not described.is_ended and {{ on_day('described.last_date', 'on_list.listed_date', 'on_list.left_list_date') }}, false
    ) as is_on_list,
    case
        when on_list.listed_date <= described.last_date then
            greatest(
                {{ days_between('on_list.listed_date', 'least(' ~ open_end('on_list.left_list_date') ~ ', described.last_date)') }}, 0
            )
    end as waiting_days,
    {{ days_from('applications.received_date', 'applications.decided_date') }} as received_to_decided_days,
    composition.member_count as household_size,
    applications.needs_wheelchair_access,
    applications.needed_category,
    {{ label_nb('dwelling_category', 'applications.needed_category') }} as needed_category_label_nb,
    applications.allocating_office,
    {{ label_nb('allocating_office', 'applications.allocating_office') }} as allocating_office_label_nb,
    applications.legal_basis,
    {{ label_nb('legal_basis', 'applications.legal_basis') }} as legal_basis_label_nb,
    applications.local_group_code,
    coalesce(groups_by_scheme.group_form_2009, 'unclassified') as group_form_2009,
    coalesce(groups_by_scheme.group_form_2020, 'unclassified') as group_form_2020,
    coalesce(groups_by_scheme.group_r0_2019, 'unclassified') as group_r0_2019,
    coalesce(groups_by_scheme.group_care_3, 'unclassified') as group_care_3,
    coalesce(groups_by_scheme.group_care_3b, 'unclassified') as group_care_3b,
    coalesce(groups_by_scheme.group_bodo_4, 'unclassified') as group_bodo_4
from applications
inner join described on applications.municipality_code = described.municipality_code
left join on_list on applications.application_key = on_list.application_key
left join tenancies on applications.tenancy_key = tenancies.tenancy_key
left join rejection on applications.application_key = rejection.application_key
left join composition on applications.application_key = composition.application_key
left join groups_by_scheme on applications.application_key = groups_by_scheme.application_key
