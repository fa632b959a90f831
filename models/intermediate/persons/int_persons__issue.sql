-- Rows of members for the municipality to mend: days that speak against another row of the same person (T023, T025) or against those of the
-- household (T024). They are reported, and counted as delivered.
with members as (
    select * from {{ ref('int_households__member') }}
    where from_date < {{ open_end('to_date') }}
),

tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
),

applications as (
    select * from {{ ref('int_applications__latest') }}
),

-- Only persons who stand in several rows can be in two households, and only an id that links says that it is one person.
several_rows as (
    select *
    from members
    where is_linkable
    qualify count(*) over (partition by person_key) > 1
),

same_days as (
    select distinct
        case when one.household_key = other.household_key then 'T025' else 'T023' end as rule_id,
        one.household_key,
        one.member_number
    from several_rows as one
    inner join several_rows as other
        on
            one.person_key = other.person_key
            and one.from_date < {{ open_end('other.to_date') }}
            and other.from_date < {{ open_end('one.to_date') }}
    where one.household_key <> other.household_key or one.member_number <> other.member_number
),

-- A household is there from its first application or tenancy until its last tenancy ends, without end where it applied again or never
-- moved in.
applied as (
    select
        household_key,
        min(received_date) as first_received_date,
        max(received_date) as last_received_date
    from applications
    group by household_key
),

housed as (
    select
        household_key,
        min(delivered_start_date) as first_date,
        max({{ open_end('delivered_end_date') }}) as last_date
    from tenancies
    group by household_key
),

household as (
    select
        coalesce(housed.household_key, applied.household_key) as household_key,
        least(housed.first_date, applied.first_received_date) as first_date,
        case
            when applied.last_received_date < housed.last_date or applied.household_key is null then housed.last_date
            else {{ end_of_time() }}
        end as last_date
    from housed
    full outer join applied on housed.household_key = applied.household_key
),

outside as (
    select
        'T024' as rule_id,
        members.household_key,
        members.member_number
    from members
    inner join household on members.household_key = household.household_key
    where members.from_date >= household.last_date or {{ open_end('members.to_date') }} <= household.first_date
),

issue as (
    select * from same_days
    union all
    select * from outside
)

select
    issue.rule_id,
    members.municipality_code,
    members.household_id || '/' || members.member_number as local_id,
    'municipal' as source,
    'household_member' as entity,
    members.delivery_id,
    members.line_number,
    issue.household_key,
    issue.member_number
from issue
inner join members on issue.household_key = members.household_key and issue.member_number = members.member_number
