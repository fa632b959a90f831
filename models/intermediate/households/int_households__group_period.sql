-- The groups of every household in every scheme, by period: C30 (local groups), C31 (refugees), C32 (old group 4), C38 (schemes
-- without a place for everybody), and before all of them what somebody has decided (C70).
-- Each household has exactly one primary group in each scheme on every day from its first.
{% set trumping_off = var('refugee_trumping_off') %}

with periods as (
    select
        *,
        municipality_code not in ({% for code in trumping_off %}'{{ code }}', {% endfor %}'')
            as has_trumping
    from {{ ref('int_households__period') }}
),

mapped_groups as (
    select * from {{ ref('int_households__mapped_group') }}
),

corrected_groups as (
    select * from {{ ref('int_decisions__corrected_group') }}
),

-- A correction decides alone. One in the scheme's own words goes before one in the municipality's, a later one before an earlier.
corrected as (
    select
        periods.period_number,
        corrected_groups.scheme,
        case
            when corrected_groups.is_age_split then {{ old_group_4('periods.holder_age', 'periods.is_in_staffed_care') }}
            else corrected_groups.group_code
        end as group_code,
        0 as delivered_rank,
        corrected_groups.rule_id as rule
    from periods
    inner join corrected_groups
        on
            periods.household_key = corrected_groups.household_key
            and {{ on_day('periods.valid_from', 'corrected_groups.valid_from', 'corrected_groups.valid_to') }}
    qualify row_number() over (
        partition by periods.period_number, corrected_groups.scheme
        order by corrected_groups.is_local, corrected_groups.decided_at desc, corrected_groups.decision_id desc
    ) = 1
),

-- Refugees have no place in a scheme without a group for them, and that trumps as the group does (C38).
schemes as (
    select
        scheme,
        coalesce(max(case when is_refugee then code end), 'no_place') as refugee_code
    from {{ ref('target_group_scheme') }}
    group by scheme
),

local_group as (
    select
        periods.period_number,
        mapped_groups.scheme,
        case
            when mapped_groups.is_age_split then {{ old_group_4('periods.holder_age', 'periods.is_in_staffed_care') }}
            else mapped_groups.group_code
        end as group_code,
        mapped_groups.group_rank as delivered_rank,
        case
            when mapped_groups.is_age_split then 'age_split'
            when not mapped_groups.is_refugee then 'local_group'
            when periods.is_refugee then 'refugee_register'
            else 'local_flag'
        end as rule,
        mapped_groups.is_refugee and periods.is_former_refugee as is_lost
    from periods
    inner join mapped_groups on
        periods.household_key = mapped_groups.household_key
        and {{ on_day('periods.valid_from', 'mapped_groups.valid_from', 'mapped_groups.valid_to') }}
),

-- Rank 0 trumps all delivered ranks; 99 comes after them.
register_group as (
    select
        periods.period_number,
        schemes.scheme,
        schemes.refugee_code as group_code,
        case when periods.has_trumping then 0 else 99 end as delivered_rank,
        'refugee_register' as rule
    from periods
    cross join schemes
    where periods.is_refugee
),

by_rule as (
    select
        period_number,
        scheme,
        group_code,
        delivered_rank,
        rule
    from local_group
    where not is_lost
    union all
    select
        period_number,
        scheme,
        group_code,
        delivered_rank,
        rule
    from register_group
),

candidate as (
    select by_rule.*
    from by_rule
    anti join corrected
        on
            by_rule.period_number = corrected.period_number
            and by_rule.scheme = corrected.scheme
    union all
    select * from corrected
),

lost_flag as (
    select distinct
        period_number,
        scheme
    from local_group
    where is_lost
),

-- What is left where there is no group: a flag that was lost, or nothing.
remainder as (
    select
        periods.period_number,
        schemes.scheme,
        case when lost_flag.scheme is not null then 'formerly_refugee' else 'unclassified' end as remainder
    from periods
    cross join schemes
    anti join candidate
        on
            periods.period_number = candidate.period_number
            and schemes.scheme = candidate.scheme
    left join lost_flag
        on
            periods.period_number = lost_flag.period_number
            and schemes.scheme = lost_flag.scheme
),

-- Several local codes may give the same group: the best rank counts.
distinct_group as (
    select
        period_number,
        scheme,
        group_code,
        min(delivered_rank) as delivered_rank,
        arg_min(rule, (delivered_rank, rule)) as rule
    from candidate
    group by period_number, scheme, group_code
),

ranked as (
    select
        period_number,
        scheme,
        group_code,
        rule,
        cast(row_number() over (partition by period_number, scheme order by delivered_rank, group_code) as integer) as group_rank
    from distinct_group
    union all
    select
        period_number,
        scheme,
        remainder as group_code,
        remainder as rule,
        1 as group_rank
    from remainder
)

select
    ranked.period_number,
    periods.household_key,
    periods.municipality_code,
    ranked.scheme,
    ranked.group_code,
    ranked.group_rank,
    ranked.group_rank = 1 as is_primary,
    ranked.rule,
    periods.valid_from,
    periods.valid_to
from ranked
inner join periods on ranked.period_number = periods.period_number
