-- Every household that a delivery names, with the first and last day that anything is known of it.
with members as (
    select * from {{ ref('int_households__member') }}
),

local_groups as (
    select * from {{ ref('int_households__local_group') }}
),

tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
),

applications as (
    select * from {{ ref('int_applications__latest') }}
),

known as (
    select
        household_key,
        municipality_code,
        household_id,
        from_date as first_day,
        {{ open_end('to_date') }} as last_day
    from members
    union all
    select
        household_key,
        municipality_code,
        household_id,
        least(start_date, delivered_start_date) as first_day,
        case when is_counted then {{ open_end('end_date') }} end as last_day
    from tenancies
    union all
    select
        household_key,
        municipality_code,
        household_id,
        from_date as first_day,
        null as last_day
    from local_groups
    union all
    select
        household_key,
        municipality_code,
        household_id,
        received_date as first_day,
        null as last_day
    from applications
)

select
    household_key,
    municipality_code,
    household_id,
    min(first_day) as first_date,
    nullif(max(last_day), {{ end_of_time() }}) as last_date
from known
group by household_key, municipality_code, household_id
