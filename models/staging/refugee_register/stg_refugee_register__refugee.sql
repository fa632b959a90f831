select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.register_number,
    entity.person_pseudonym,
    entity.person_id_status,
    entity.person_duf_pseudonym,
    entity.person_duf_status,
    entity.settlement_date,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'refugee_register__refugee') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('refugee_register__refugee', ['municipality_code', 'register_number']) }}
where delivery.is_current and {{ is_not_deleted() }}
