select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.person_number,
    entity.need_function,
    entity.assessed_date,
    entity.score,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'iplos__need_score') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('iplos__need_score', ['municipality_code', 'person_number', 'need_function', 'assessed_date']) }}
where delivery.is_current and {{ is_not_deleted() }}
