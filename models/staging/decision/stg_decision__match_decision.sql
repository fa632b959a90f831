-- Rows of superseded deliveries too: a later delivery replaces the kinds of decision it holds, not the others (int_decisions__holding).
select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.decision_id,
    entity.subject,
    entity.first_local_id,
    entity.second_local_id,
    entity.verdict,
    entity.decided_by,
    entity.decided_at,
    entity.reason,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'decision__match_decision') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.status = 'accepted' and delivery.period_end <= {{ as_of_date() }}
