select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.from_date,
    entity.to_date,
    entity.scheme,
    entity.purpose,
    entity.recipient_group,
    entity.measure,
    entity.unit,
    entity.value,
    entity.symbol,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'husbanken__figure') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
