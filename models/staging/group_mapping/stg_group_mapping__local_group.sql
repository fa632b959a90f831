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
{{ join_deleted('group_mapping__local_group', ['municipality_code', 'local_group_code', 'scheme', 'valid_from']) }}
where delivery.is_current and {{ is_not_deleted() }}
