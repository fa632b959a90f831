{{ config(materialized='view') }}
-- Rows of care services under the persons that count (C77).
select
    services.* replace (
        coalesce(persons.leading_pseudonym, services.person_pseudonym) as person_pseudonym,
        coalesce(persons.leading_id_status, services.person_id_status) as person_id_status
    )
from {{ ref('stg_iplos__service') }} as services
left join {{ ref('int_matching__leading_person') }} as persons on services.person_pseudonym = persons.person_pseudonym
