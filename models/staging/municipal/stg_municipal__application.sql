select
    entity.delivery_id,
    entity.line_number,
    entity.municipality_code,
    entity.application_id,
    entity.household_id,
    entity.applicant_pseudonym,
    entity.applicant_id_status,
    entity.received_date,
    entity.decided_date,
    entity.decision,
    entity.rejection_reason,
    entity.assigned_date,
    entity.withdrawn_date,
    entity.moved_in_date,
    entity.tenancy_id,
    entity.local_group_code,
    entity.allocating_office,
    entity.legal_basis,
    entity.promised_date,
    entity.listed_date,
    entity.needs_wheelchair_access,
    entity.needed_category,
    delivery.period_start,
    delivery.period_end,
    delivery.received_at
from {{ source('raw', 'municipal__application') }} as entity
inner join {{ source('raw', 'delivery') }} as delivery on entity.delivery_id = delivery.delivery_id
{{ join_deleted('municipal__application', ['municipality_code', 'application_id']) }}
where delivery.is_current and {{ is_not_deleted() }}
