select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.year,
    entity.counted_date,
    entity.covered_office,
    entity.line_id,
    entity.label_nb,
    entity.line_count,
    entity.symbol,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'form_return__line') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('form_return__line', ['municipality_code', 'year', 'line_id']) }}
where delivery.is_current and {{ is_not_deleted() }}
