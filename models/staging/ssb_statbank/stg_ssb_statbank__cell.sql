select
    entity.delivery_id,
    entity.line_number,
    entity.table_id,
    entity.dimensions,
    entity.dimension_labels,
    entity.region_code,
    entity.contents_code,
    entity.contents_label,
    entity.period,
    entity.value,
    entity.status_symbol,
    entity.unit,
    entity.decimals,
    entity.updated_at,
    entity.vintage,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'ssb_statbank__cell') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
