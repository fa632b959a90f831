select
    entity.delivery_id,
    entity.line_number,
    entity.classification_id,
    entity.title,
    entity.first_day,
    entity.end_day,
    entity.fetched_at,
    entity.licence,
    entity.credit,
    entity.url,
    entity.queries,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'klass_codes__query') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
