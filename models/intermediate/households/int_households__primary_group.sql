-- The primary group of a household in each scheme, side by side, by period: what the facts look up on their dates.
with group_periods as (
    select * from {{ ref('int_households__group_period') }}
    where is_primary
)

select
    household_key,
    valid_from,
    any_value(valid_to) as valid_to,
    max(case when scheme = 'form_2009' then group_code end) as primary_group_form_2009,
    max(case when scheme = 'form_2020' then group_code end) as primary_group_form_2020,
    max(case when scheme = 'r0_2019' then group_code end) as primary_group_r0_2019,
    max(case when scheme = 'form_2009' then rule end) as rule_form_2009,
    max(case when scheme = 'form_2020' then rule end) as rule_form_2020,
    max(case when scheme = 'r0_2019' then rule end) as rule_r0_2019
from group_periods
group by household_key, valid_from
