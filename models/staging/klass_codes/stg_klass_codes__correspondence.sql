select
    entity.delivery_id,
    entity.line_number,
    entity.classification_id,
    entity.target_classification_id,
    entity.pair,
    entity.source_code,
    entity.source_name,
    entity.target_code,
    entity.target_name,
    entity.valid_from,
    entity.valid_to,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'klass_codes__correspondence') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
