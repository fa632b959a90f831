select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.tenancy_id,
    entity.dwelling_id,
    entity.household_id,
    entity.contract_holder_pseudonym,
    entity.contract_holder_id_status,
    entity.contract_kind,
    entity.start_date,
    entity.end_date,
    entity.legal_basis,
    entity.allocating_office,
    entity.decision_date,
    entity.end_reason,
    entity.agreed_end_date,
    entity.reassessed_date,
    entity.destination,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'municipal__tenancy') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('municipal__tenancy', ['municipality_code', 'tenancy_id']) }}
where delivery.is_current and {{ is_not_deleted() }}
