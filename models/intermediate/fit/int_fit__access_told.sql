-- C86: what is told of a household's need for a dwelling that a wheelchair user can live in, by period. An application tells until the next
-- one that tells. A score for moving indoors tells while service and membership run: 4 and 5 are a need, 1 to 3 are none, 9 is silent.
with applications as (
    select * from {{ ref('int_applications__latest') }}
    where needs_wheelchair_access is not null
),

members as (
    select * from {{ ref('int_households__member') }}
    where is_linkable
),

services as (
    select * from {{ ref('int_care__service') }}
    where is_linkable and need_moving_indoors between 1 and 5
),

told_on_day as (
    select
        household_key,
        received_date as valid_from,
        bool_or(needs_wheelchair_access) as needs_accessible
    from applications
    group by household_key, received_date
)

select
    household_key,
    valid_from,
    lead(valid_from) over (partition by household_key order by valid_from) as valid_to,
    needs_accessible
from told_on_day

union all

select
    members.household_key,
    greatest(members.from_date, services.start_date) as valid_from,
    nullif(least({{ open_end('members.to_date') }}, {{ open_end('services.end_date') }}), {{ end_of_time() }}) as valid_to,
    services.need_moving_indoors >= 4 as needs_accessible
from members
inner join services
    on
        members.person_key = services.person_key
        and members.from_date < {{ open_end('services.end_date') }}
        and services.start_date < {{ open_end('members.to_date') }}
