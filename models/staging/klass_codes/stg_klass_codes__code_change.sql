select
    entity.delivery_id,
    entity.line_number,
    entity.classification_id,
    entity.change_date,
    entity.change,
    entity.from_code,
    entity.from_name,
    entity.to_code,
    entity.to_name,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'klass_codes__code_change') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
