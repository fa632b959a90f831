-- Groups of a household over time: neighbouring periods with the same group, rank and rule become one.
with group_periods as (
    select * from {{ ref('int_households__group_period') }}
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
)

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
