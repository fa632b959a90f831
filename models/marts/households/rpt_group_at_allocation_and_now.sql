-- Each household in stock on the as-of date with its primary group when it was given the dwelling and now, side by side (C34, C80).
with stock as (
    select * from {{ ref('int_households__stock') }}
    where reference_date = {{ as_of_date() }} and is_household_row
),

tenancies as (
    select * from {{ ref('fct_tenancy') }}
),

schemes as (
    select * from {{ ref('target_group_scheme') }}
),

side_by_side as (
    {%- for scheme in group_schemes() %}
    select
        stock.household_key,
        stock.municipality_code,
        stock.dwelling_key,
        stock.tenancy_key,
        tenancies.start_date as allocation_date,
        stock.reference_date,
        '{{ scheme }}' as scheme,
        tenancies.primary_group_{{ scheme }}_at_start as group_at_allocation,
        tenancies.rule_{{ scheme }}_at_start as rule_at_allocation,
        stock.primary_group_{{ scheme }} as group_now,
        stock.rule_{{ scheme }} as rule_now
    from stock
    inner join tenancies on stock.tenancy_key = tenancies.tenancy_key
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

explained as (
    select
        *,
        group_now <> group_at_allocation as has_changed,
        case
            when group_now = group_at_allocation then null
            when 'D001' in (rule_now, rule_at_allocation) then 'corrected'
            when rule_now = 'refugee_register' then 'refugee_in_register'
            when rule_at_allocation in ('refugee_register', 'local_flag') then 'no_longer_refugee'
            when rule_now = 'age_split' and rule_at_allocation = 'age_split' then 'age_or_care'
            when rule_now = 'unclassified' then 'group_ended'
            when rule_at_allocation = 'unclassified' then 'group_added'
            else 'other_local_group'
        end as change_reason
    from side_by_side
)

select
    explained.household_key,
    explained.municipality_code,
    explained.dwelling_key,
    explained.tenancy_key,
    explained.scheme,
    explained.allocation_date,
    explained.reference_date,
    explained.group_at_allocation,
    at_allocation.label_nb as group_at_allocation_label_nb,
    explained.rule_at_allocation,
    explained.group_now,
    at_present.label_nb as group_now_label_nb,
    explained.rule_now,
    explained.has_changed,
    explained.change_reason,
    {{ label_nb('group_change', 'explained.change_reason') }} as change_reason_label_nb
from explained
inner join schemes as at_allocation on explained.scheme = at_allocation.scheme and explained.group_at_allocation = at_allocation.code
inner join schemes as at_present on explained.scheme = at_present.scheme and explained.group_now = at_present.code
