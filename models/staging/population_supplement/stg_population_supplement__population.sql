select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.year,
    entity.age_group,
    entity.persons,
    entity.status,
    entity.method,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'population_supplement__population') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
