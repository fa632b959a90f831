-- The primary group of a household in each scheme, side by side, by period: what the facts look up on their dates.
with group_periods as (
    select * from {{ ref('int_households__group_period') }}
    where is_primary
)

select
    household_key,
    valid_from,
    {%- for scheme in group_schemes() %}
    max(case when scheme = '{{ scheme }}' then group_code end) as primary_group_{{ scheme }},
    max(case when scheme = '{{ scheme }}' then rule end) as rule_{{ scheme }},
    {%- endfor %}
    any_value(valid_to) as valid_to
from group_periods
group by household_key, valid_from
