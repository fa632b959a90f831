select
    entity.delivery_id,
    entity.line_number,
    entity.table_id,
    entity.title,
    entity.vintage,
    entity.updated,
    entity.fetched_at,
    entity.cells,
    entity.licence,
    entity.credit,
    entity.url,
    entity.queries,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'ssb_statbank__query') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
