-- C02: tenancies that two offices registered for the same dwelling, holder and time become one (T001),
-- unless somebody has said that they are two (D002).
with

tenancies as (
    select
        latest.*,
        -- a tenancy that is held apart has a holder of its own
        case
            when held_apart.tenancy_key is not null then held_apart.tenancy_key
            when latest.contract_holder_id_status = 'valid' then latest.contract_holder_pseudonym
            else latest.household_key
        end as holder,
        {{ open_end('latest.end_date') }} as end_or_open
    from {{ ref('int_tenancies__latest') }} as latest
    left join {{ ref('int_decisions__held_apart') }} as held_apart on latest.tenancy_key = held_apart.tenancy_key
    where latest.is_dwelling_known
),

-- A row opens a new group where no earlier row of the same dwelling and holder runs past its start.
openings as (
    select
        *,
        start_date >= coalesce(
            max(end_or_open) over (
                partition by dwelling_key, holder
                order by start_date, end_or_open desc, tenancy_id
                rows between unbounded preceding and 1 preceding
            ),
            start_date
        ) as opens_group
    from tenancies
),

grouped as (
    select
        *,
        count(*) filter (where opens_group) over (
            partition by dwelling_key, holder
            order by start_date, end_or_open desc, tenancy_id
            rows between unbounded preceding and current row
        ) as group_number
    from openings
),

merged as (
    select
        *,
        min(tenancy_id) over same_tenancy as smallest_tenancy_id,
        min(start_date) over same_tenancy as earliest_start,
        max(end_or_open) over same_tenancy as latest_end,
        min(allocating_office) over same_tenancy <> max(allocating_office) over same_tenancy as has_two_offices
    from grouped
    window same_tenancy as (partition by dwelling_key, holder, group_number)
)

select
    tenancy_key,
    dwelling_key,
    municipality_code,
    tenancy_id,
    household_key,
    case when has_two_offices then smallest_tenancy_id else tenancy_id end as kept_tenancy_id,
    has_two_offices and tenancy_id <> smallest_tenancy_id as is_merged_away,
    case when has_two_offices then earliest_start else start_date end as start_date,
    nullif(case when has_two_offices then latest_end else end_or_open end, {{ end_of_time() }}) as end_date
from merged
