select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.stay_id,
    entity.household_id,
    entity.person_pseudonym,
    entity.person_id_status,
    entity.person_duf_pseudonym,
    entity.person_duf_status,
    entity.birth_year,
    entity.household_kind,
    entity.child_count,
    entity.accommodation_kind,
    entity.reason,
    entity.legal_basis,
    entity.local_group_code,
    entity.start_date,
    entity.end_date,
    entity.end_reason,
    entity.price_per_night_nok,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'temporary_accommodation__stay') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('temporary_accommodation__stay', ['municipality_code', 'stay_id']) }}
where delivery.is_current and {{ is_not_deleted() }}
