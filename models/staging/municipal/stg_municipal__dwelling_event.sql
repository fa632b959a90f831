select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.event_id,
    entity.dwelling_id,
    entity.event_kind,
    entity.event_date,
    entity.other_dwelling_id,
    entity.reason,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'municipal__dwelling_event') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('municipal__dwelling_event', ['municipality_code', 'event_id']) }}
where delivery.is_current and {{ is_not_deleted() }}
