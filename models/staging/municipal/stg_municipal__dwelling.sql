select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.dwelling_id,
    entity.unit_id,
    entity.unit_number,
    entity.address,
    entity.postal_code,
    entity.is_secret_address,
    entity.tenure_form,
    entity.tenure_kind,
    entity.category,
    entity.room_count,
    entity.area_m2,
    entity.is_wheelchair_accessible,
    entity.responsible_unit,
    entity.reserved_for,
    entity.monthly_rent_nok,
    entity.vacancy_reason,
    entity.acquired_date,
    entity.disposed_date,
    entity.changed_date,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'municipal__dwelling') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('municipal__dwelling', ['municipality_code', 'dwelling_id']) }}
where delivery.is_current and {{ is_not_deleted() }}
