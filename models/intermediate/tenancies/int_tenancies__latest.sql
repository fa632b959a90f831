-- C01: each tenancy as the latest delivery knows it, and whether its dwelling is known at all (T010).
with

tenancies as (
    select *
    from {{ ref('int_matching__tenancy_row') }}
    {{ latest_known(['municipality_code', 'tenancy_id']) }}
),

dwellings as (
    select distinct
        municipality_code,
        dwelling_id
    from {{ ref('int_matching__dwelling_row') }}
)

select
    {{ surrogate_key(['tenancies.municipality_code', 'tenancies.tenancy_id']) }} as tenancy_key,
    {{ surrogate_key(['tenancies.municipality_code', 'tenancies.dwelling_id']) }} as dwelling_key,
    {{ surrogate_key(['tenancies.municipality_code', 'tenancies.household_id']) }} as household_key,
    tenancies.municipality_code,
    tenancies.tenancy_id,
    tenancies.dwelling_id,
    tenancies.household_id,
    tenancies.contract_holder_pseudonym,
    tenancies.contract_holder_id_status,
    tenancies.contract_kind,
    tenancies.start_date,
    tenancies.end_date,
    tenancies.legal_basis,
    tenancies.allocating_office,
    tenancies.decision_date,
    tenancies.end_reason,
    tenancies.agreed_end_date,
    tenancies.reassessed_date,
    tenancies.destination,
    dwellings.dwelling_id is not null as is_dwelling_known,
    tenancies.delivery_id,
    tenancies.line_number
from tenancies
left join dwellings
    on
        tenancies.municipality_code = dwellings.municipality_code
        and tenancies.dwelling_id = dwellings.dwelling_id
