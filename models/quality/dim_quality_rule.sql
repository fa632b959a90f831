-- The rules of quality, each with its one owner; the controls of KOSTRA forms are rules of the gate.
select
    rule_id,
    title_nb,
    title_en,
    entity,
    owner,
    action,
    description
from {{ ref('quality_rule') }}

union all

select
    rule_id,
    title_nb,
    'Control ' || control || ' of KOSTRA form ' || form as title_en,
    case form
        when '11F' then 'social_assistance'
        when '11CF' then 'qualification_programme'
        else 'account_line'
    end as entity,
    'gate' as owner,
    action,
    condition as description
from {{ ref('kostra_control') }}
where is_implemented
