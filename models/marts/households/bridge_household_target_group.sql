-- Groups of a household over time: neighbouring periods with the same group, rank and rule become one. Two flags save the date join (C80).
with group_periods as (
    select * from {{ ref('int_households__group_period') }}
),

tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
    where is_counted
),

described as (
    select * from {{ ref('int_geography__described') }}
),

marked as (
    select
        *,
        coalesce(
            valid_from <> lag(valid_to) over (
                partition by household_key, scheme, group_code, group_rank, rule order by valid_from
            ),
            true
        ) as is_first
    from group_periods
),

numbered as (
    select
        *,
        count(*) filter (where is_first) over (
            partition by household_key, scheme, group_code, group_rank, rule order by valid_from
        ) as spell_number
    from marked
),

spell as (
    select
        household_key,
        municipality_code,
        scheme,
        group_code,
        group_rank,
        is_primary,
        rule,
        min(valid_from) as valid_from,
        case when bool_or(valid_to is null) then null else max(valid_to) end as valid_to
    from numbered
    group by household_key, municipality_code, scheme, group_code, group_rank, is_primary, rule, spell_number
),

latest_allocation as (
    select
        household_key,
        max(start_date) as allocation_date
    from tenancies
    where start_date <= {{ as_of_date() }}
    group by household_key
)

select
    spell.household_key,
    spell.municipality_code,
    spell.scheme,
    spell.group_code,
    spell.group_rank,
    spell.is_primary,
    spell.rule,
    coalesce({{ on_day('latest_allocation.allocation_date', 'spell.valid_from', 'spell.valid_to') }}, false) as is_at_allocation,
    {{ on_day('described.last_date', 'spell.valid_from', 'spell.valid_to') }} as is_current,
    spell.valid_from,
    spell.valid_to
from spell
inner join described on spell.municipality_code = described.municipality_code
left join latest_allocation on spell.household_key = latest_allocation.household_key
