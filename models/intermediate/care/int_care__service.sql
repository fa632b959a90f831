-- Care services, the latest known state of each (C01).
with delivered as (
    select * from {{ ref('int_matching__service_row') }}
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
    latest.municipality_code,
    latest.service_id,
    latest.birth_year,
    latest.sex,
    latest.service_type,
    latest.start_date,
    latest.end_date,
    latest.hours_per_week,
    latest.staffing,
    latest.need_housework,
    latest.need_shopping,
    latest.need_hygiene,
    latest.need_dressing,
    latest.need_eating,
    latest.need_cooking,
    latest.need_toilet,
    latest.need_moving_indoors,
    latest.need_moving_outdoors,
    latest.need_own_health,
    latest.need_memory,
    latest.need_communication,
    latest.need_decisions,
    latest.need_social,
    latest.need_behaviour,
    latest.need_sight,
    latest.need_hearing,
    latest.delivery_id,
    latest.line_number
from latest
-- a type outside the code list has no is_dwelling and breaks the contract of the mart, not the count
left join service_types on latest.service_type = service_types.code
