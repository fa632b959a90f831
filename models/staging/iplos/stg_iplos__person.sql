select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.person_number,
    entity.person_pseudonym,
    entity.person_id_status,
    entity.birth_year,
    entity.sex,
    entity.living_with,
    entity.has_care_of_children,
    entity.from_date,
    entity.to_date,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'iplos__person') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('iplos__person', ['municipality_code', 'person_number']) }}
where delivery.is_current and {{ is_not_deleted() }}
