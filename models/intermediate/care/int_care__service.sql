-- Care services, the latest known state of each (C01).
with delivered as (
    select * from {{ ref('stg_iplos__service') }}
),

service_types as (
    select * from {{ ref('care_service_type') }}
),

latest as (
    select *
    from delivered
    {{ latest_known(['municipality_code', 'service_id']) }}
)

select
    {{ surrogate_key(['latest.municipality_code', 'latest.service_id']) }} as service_key,
    {{ surrogate_key(['latest.person_pseudonym']) }} as person_key,
    latest.person_id_status = 'valid' as is_linkable,
    service_types.is_dwelling,
    latest.* exclude (person_pseudonym, person_id_status, period_start, period_end, received_at)
from latest
inner join service_types on latest.service_type = service_types.code
