-- Applications, the latest known state of each (C01).
with delivered as (
    select * from {{ ref('int_matching__application_row') }}
),

latest as (
    select *
    from delivered
    {{ latest_known(['municipality_code', 'application_id']) }}
)

select
    {{ surrogate_key(['municipality_code', 'application_id']) }} as application_key,
    {{ surrogate_key(['municipality_code', 'household_id']) }} as household_key,
    -- null where the id does not link (C05)
    case when applicant_id_status = 'valid' then {{ surrogate_key(['applicant_pseudonym']) }} end as applicant_person_key,
    -- null where no tenancy is named yet
    case when tenancy_id is not null then {{ surrogate_key(['municipality_code', 'tenancy_id']) }} end as tenancy_key,
    municipality_code,
    application_id,
    household_id,
    received_date,
    decided_date,
    decision,
    rejection_reason,
    assigned_date,
    withdrawn_date,
    moved_in_date,
    local_group_code,
    allocating_office,
    legal_basis,
    promised_date,
    listed_date,
    needs_wheelchair_access,
    needed_category,
    delivery_id,
    line_number
from latest
