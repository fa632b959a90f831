select
    entity.delivery_id,
    entity.line_number,
    entity.node_id,
    entity.code,
    entity.name,
    entity.variant,
    entity.valid_from,
    entity.valid_to,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'klass__municipality_version') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
