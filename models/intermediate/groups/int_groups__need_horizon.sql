-- The need horizon of every group, dwelling category and kind of contract: a row for one kind goes before the row for any (C33).
with rules as (
    select * from {{ ref('need_horizon') }}
),

contract_kinds as (
    select unnest(['three_year', 'other_fixed_term', 'permanent']) as contract_kind
)

select
    rules.form_2009_code,
    rules.dwelling_category,
    contract_kinds.contract_kind,
    arg_max(rules.need_horizon, rules.contract_kind <> '*') as need_horizon
from rules
inner join contract_kinds on rules.contract_kind in ('*', contract_kinds.contract_kind)
group by all
