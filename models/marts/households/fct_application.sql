-- Applications from receipt to moving in, and the waiting list as on the as-of date (C23).
with applications as (
    select * from {{ ref('int_applications__latest') }}
),

tenancies as (
    select tenancy_key from {{ ref('int_tenancies__counted') }}
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

-- Granted and assigned on the same day is never on the list; it is left by assignment or withdrawal, whichever comes first.
listed as (
    select
        *,
        case when decision = 'granted' and coalesce(assigned_date <> decided_date, true) then decided_date end as listed_date,
        case
            when decision = 'granted' and coalesce(assigned_date <> decided_date, true) then least(assigned_date, withdrawn_date)
        end as left_list_date
    from applications
)

select
    listed.application_key,
    listed.municipality_code,
    listed.application_id,
    listed.household_key,
    tenancies.tenancy_key,
    listed.received_date,
    listed.decided_date,
    listed.decision,
    listed.rejection_reason,
    listed.listed_date,
    listed.left_list_date,
    listed.assigned_date,
    listed.moved_in_date,
    listed.withdrawn_date,
    coalesce(
        not described.is_ended and {{ on_day('described.last_date', 'listed.listed_date', 'listed.left_list_date') }}, false
    ) as is_on_list,
    case
        when listed.listed_date <= described.last_date then
            greatest(
                {{ days_between('listed.listed_date', 'least(' ~ open_end('listed.left_list_date') ~ ', described.last_date)') }}, 0
            )
    end as waiting_days,
    listed.allocating_office,
    listed.legal_basis,
    listed.local_group_code,
    coalesce(groups_by_scheme.group_form_2009, 'unclassified') as group_form_2009,
    coalesce(groups_by_scheme.group_form_2020, 'unclassified') as group_form_2020,
    coalesce(groups_by_scheme.group_r0_2019, 'unclassified') as group_r0_2019,
    coalesce(groups_by_scheme.group_care_3, 'unclassified') as group_care_3,
    coalesce(groups_by_scheme.group_care_3b, 'unclassified') as group_care_3b,
    coalesce(groups_by_scheme.group_bodo_4, 'unclassified') as group_bodo_4
from listed
inner join described on listed.municipality_code = described.municipality_code
left join tenancies on listed.tenancy_key = tenancies.tenancy_key
left join groups_by_scheme on listed.application_key = groups_by_scheme.application_key
