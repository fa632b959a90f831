select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.household_id,
    entity.group_rank,
    entity.local_group_code,
    entity.from_date,
    entity.to_date,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'municipal__household_group') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('municipal__household_group', ['municipality_code', 'household_id', 'group_rank', 'from_date']) }}
where delivery.is_current and {{ is_not_deleted() }}
