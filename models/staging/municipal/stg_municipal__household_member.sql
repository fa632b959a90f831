select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.household_id,
    entity.member_number,
    entity.person_pseudonym,
    entity.person_id_status,
    entity.birth_year,
    entity.sex,
    entity.from_date,
    entity.to_date,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'municipal__household_member') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('municipal__household_member', ['municipality_code', 'household_id', 'member_number']) }}
where delivery.is_current and {{ is_not_deleted() }}
