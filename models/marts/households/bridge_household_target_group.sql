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

groups as (
    select * from {{ ref('target_group_scheme') }}
),

-- What is alike is one spell where its periods, which follow each other by number, are without a hole: nearly always.
alike as (
    select
        household_key,
        municipality_code,
        scheme,
        group_code,
        group_rank,
        is_primary,
        rule,
        min(valid_from) as valid_from,
        nullif(max({{ open_end('valid_to') }}), {{ end_of_time() }}) as valid_to,
        max(period_number) - min(period_number) + 1 = count(*) as is_unbroken
    from group_periods
    group by household_key, municipality_code, scheme, group_code, group_rank, is_primary, rule
),

-- In the rest, periods without a hole between them have the same distance to their own count.
distanced as (
    select
        group_periods.*,
        group_periods.period_number - row_number() over (
            partition by
                group_periods.household_key, group_periods.scheme, group_periods.group_code, group_periods.group_rank, group_periods.rule
            order by group_periods.period_number
        ) as distance
    from group_periods
    semi join alike
        on
            not alike.is_unbroken
            and group_periods.household_key = alike.household_key
            and group_periods.scheme = alike.scheme
            and group_periods.group_code = alike.group_code
            and group_periods.group_rank = alike.group_rank
            and group_periods.rule = alike.rule
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
        valid_from,
        valid_to
    from alike
    where is_unbroken
    union all
    select
        household_key,
        municipality_code,
        scheme,
        group_code,
        group_rank,
        is_primary,
        rule,
        min(valid_from) as valid_from,
        nullif(max({{ open_end('valid_to') }}), {{ end_of_time() }}) as valid_to
    from distanced
    group by household_key, municipality_code, scheme, group_code, group_rank, is_primary, rule, distance
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
    groups.label_nb as group_label_nb,
    spell.group_rank,
    spell.is_primary,
    spell.rule,
    coalesce({{ on_day('latest_allocation.allocation_date', 'spell.valid_from', 'spell.valid_to') }}, false) as is_at_allocation,
    {{ on_day('described.last_date', 'spell.valid_from', 'spell.valid_to') }} as is_current,
    spell.valid_from,
    spell.valid_to
from spell
inner join described on spell.municipality_code = described.municipality_code
left join groups on spell.scheme = groups.scheme and spell.group_code = groups.code
left join latest_allocation on spell.household_key = latest_allocation.household_key
