-- D003: deviations that a municipality lives with for a time. An empty local id stands for every issue of the rule.
select
    deviations.municipality_code,
    deviations.decision_id,
    'D003' as rule_id,
    deviations.rule_id as accepted_rule_id,
    deviations.local_id,
    deviations.accepted_until,
    deviations.accepted_until < {{ as_of_date() }} as is_expired,
    deviations.decided_by,
    deviations.decided_at,
    deviations.delivery_id,
    deviations.line_number
from {{ ref('stg_decision__accepted_deviation') }} as deviations
inner join {{ ref('int_decisions__holding') }} as holding
    on deviations.delivery_id = holding.delivery_id and holding.entity = 'accepted_deviation'
