-- C47: everybody with a service on a 31 December that the care register covers, and the municipal dwelling that the person lives in, if
-- any. Where the id does not link, or nobody told who lives in the dwellings, it cannot be told who is a resident.
with covered as (
    select
        municipality_code,
        reference_date,
        bool_or(source = 'iplos' and entity = 'service') as has_services,
        bool_or(source = 'municipal' and entity = 'household_member')
        and bool_or(source = 'municipal' and entity = 'tenancy')
        and bool_or(source = 'municipal' and entity = 'dwelling') as has_residents
    from {{ ref('int_deliveries__covered_entity') }}
    group by municipality_code, reference_date
),

services as (
    select * from {{ ref('int_care__service') }}
),

members as (
    select * from {{ ref('int_households__stock_member') }}
    where is_linkable
),

households as (
    select * from {{ ref('int_households__stock') }}
    where is_covered_year and is_household_row
),

-- A person in two households (T023) is a resident of one of them.
resident as (
    select
        members.person_key,
        members.reference_date,
        households.category,
        households.primary_group_r0_2019,
        households.primary_group_care_3
    from members
    inner join households
        on members.household_key = households.household_key and members.reference_date = households.reference_date
    qualify row_number() over (
        partition by members.person_key, members.reference_date order by members.member_number, members.household_key
    ) = 1
),

receiver as (
    select distinct
        services.municipality_code,
        covered.reference_date,
        services.person_key,
        services.is_linkable,
        covered.has_residents
    from covered
    inner join services
        on
            covered.municipality_code = services.municipality_code
            and {{ on_day('covered.reference_date', 'services.start_date', 'services.end_date') }}
    where covered.has_services
)

select
    receiver.municipality_code,
    receiver.reference_date,
    receiver.person_key,
    case
        when resident.person_key is not null then 'resident'
        when receiver.is_linkable and receiver.has_residents then 'other_receiver'
        else 'cannot_tell'
    end as population,
    resident.category,
    resident.primary_group_r0_2019,
    resident.primary_group_care_3
from receiver
left join resident on receiver.person_key = resident.person_key and receiver.reference_date = resident.reference_date
