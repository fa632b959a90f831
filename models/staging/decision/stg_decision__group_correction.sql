-- Rows of superseded deliveries too: a later delivery replaces the kinds of decision it holds, not the others (int_decisions__holding).
select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.decision_id,
    entity.household_id,
    entity.scheme,
    entity.group_code,
    entity.from_date,
    entity.to_date,
    entity.decided_by,
    entity.decided_at,
    entity.reason,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'decision__group_correction') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.status = 'accepted' and delivery.period_end <= {{ as_of_date() }}
