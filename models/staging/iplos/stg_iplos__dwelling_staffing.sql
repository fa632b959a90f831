select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.service_id,
    entity.staffing,
    entity.from_date,
    entity.to_date,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'iplos__dwelling_staffing') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('iplos__dwelling_staffing', ['municipality_code', 'service_id', 'from_date']) }}
where delivery.is_current and {{ is_not_deleted() }}
