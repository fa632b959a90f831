select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.local_group_code,
    entity.local_label_nb,
    entity.scheme,
    entity.scheme_code,
    entity.certainty,
    entity.valid_from,
    entity.valid_to,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'group_mapping__local_group') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
where delivery.is_current
