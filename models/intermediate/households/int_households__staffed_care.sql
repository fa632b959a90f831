-- Days on which a household lives in a staffed dwelling and a member has a care service other than the dwelling itself: C32's exception.
with tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
    where is_counted
),

dwellings as (
    select * from {{ ref('int_dwellings__version') }}
    where category in ('staffed_day', 'staffed_round_clock')
),

members as (
    select * from {{ ref('int_households__member') }}
    where is_linkable
),

services as (
    select * from {{ ref('int_care__service') }}
    where is_linkable and not is_dwelling
),

joined as (
    select
        tenancies.household_key,
        greatest(tenancies.start_date, dwellings.valid_from, members.from_date, services.start_date) as valid_from,
        least(
            {{ open_end('tenancies.end_date') }},
            {{ open_end('dwellings.valid_to') }},
            {{ open_end('members.to_date') }},
            {{ open_end('services.end_date') }}
        ) as valid_to
    from tenancies
    inner join dwellings on tenancies.dwelling_key = dwellings.dwelling_key
    inner join members on tenancies.household_key = members.household_key
    inner join services on members.person_key = services.person_key
)

select distinct
    household_key,
    valid_from,
    nullif(valid_to, {{ end_of_time() }}) as valid_to
from joined
where valid_from < valid_to
