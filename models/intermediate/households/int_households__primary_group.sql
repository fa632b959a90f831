-- The primary group of a household in each scheme, side by side, by period: what the facts look up on their dates.
with periods as (
    select
        period_number,
        household_key,
        valid_from,
        valid_to
    from {{ ref('int_households__period') }}
),

group_periods as (
    select * from {{ ref('int_households__group_period') }}
    where is_primary
),

side_by_side as (
    select
        {%- for scheme in group_schemes() %}
        max(case when scheme = '{{ scheme }}' then group_code end) as primary_group_{{ scheme }},
        max(case when scheme = '{{ scheme }}' then rule end) as rule_{{ scheme }},
        {%- endfor %}
        period_number
    from group_periods
    group by period_number
)

select
    {%- for scheme in group_schemes() %}
    side_by_side.primary_group_{{ scheme }},
    side_by_side.rule_{{ scheme }},
    {%- endfor %}
    periods.household_key,
    periods.valid_from,
    periods.valid_to
from periods
inner join side_by_side on periods.period_number = side_by_side.period_number
