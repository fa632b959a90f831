-- C02: tenancies that two offices, or two systems, registered for the same dwelling, holder and time become one (T001), unless somebody has
-- said that they are two (D002); and those that somebody has said are one, whoever holds them and whenever they run (C75).
with recursive

tenancies as (
    select
        latest.*,
        coalesce(deliveries.extract, 'contract') as system,
        -- tenancies that are held apart have a holder of their own
        case
            when held_apart.tenancy_key is not null then held_apart.holder
            when latest.contract_holder_id_status = 'valid' then latest.contract_holder_pseudonym
            else cast(latest.household_key as varchar)
        end as holder,
        {{ open_end('latest.end_date') }} as end_or_open
    from {{ ref('int_tenancies__latest') }} as latest
    left join {{ source('raw', 'delivery') }} as deliveries on latest.delivery_id = deliveries.delivery_id
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

by_rule as (
    select
        *,
        case
            when
                min(allocating_office) over same_tenancy <> max(allocating_office) over same_tenancy
                or min(system) over same_tenancy <> max(system) over same_tenancy
                then min(tenancy_id) over same_tenancy
            else tenancy_id
        end as tenancy_id_by_rule
    from grouped
    window same_tenancy as (partition by dwelling_key, holder, group_number)
),

-- What somebody has said are one joins what the rule has made of them. Tenancies of different dwellings cannot be one.
said_to_be_one as (
    select
        by_rule.dwelling_key,
        min(by_rule.tenancy_id_by_rule) over (partition by by_rule.dwelling_key, same.component_id) as first_id,
        by_rule.tenancy_id_by_rule as second_id
    from by_rule
    inner join {{ ref('int_decisions__same') }} as same
        on same.subject = 'tenancy' and by_rule.municipality_code = same.municipality_code and by_rule.tenancy_id = same.local_id
),

{{ components('said_to_be_one', ['dwelling_key'], 'first_id', 'second_id') }},

together as (
    select
        by_rule.*,
        coalesce(component.component_id, by_rule.tenancy_id_by_rule) as one_tenancy_id
    from by_rule
    left join component on by_rule.dwelling_key = component.dwelling_key and by_rule.tenancy_id_by_rule = component.member
)

select
    tenancy_key,
    dwelling_key,
    municipality_code,
    tenancy_id,
    household_key,
    holder,
    tenancy_id_by_rule,
    min(tenancy_id) over one_tenancy as kept_tenancy_id,
    tenancy_id <> min(tenancy_id) over one_tenancy as is_merged_away,
    min(start_date) over one_tenancy as start_date,
    nullif(max(end_or_open) over one_tenancy, {{ end_of_time() }}) as end_date
from together
window one_tenancy as (partition by dwelling_key, one_tenancy_id)
