select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.age,
    entity.year,
    entity.persons,
    entity.symbol,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'ssb_population__statbank_population') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
