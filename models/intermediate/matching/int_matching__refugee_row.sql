{{ config(materialized='view') }}
-- Rows of the register of refugees under the persons that count (C77).
select
    refugees.* replace (
        coalesce(persons.leading_pseudonym, refugees.person_pseudonym) as person_pseudonym,
        coalesce(persons.leading_id_status, refugees.person_id_status) as person_id_status
    )
from {{ ref('stg_refugee_register__refugee') }} as refugees
left join {{ ref('int_matching__leading_person') }} as persons on refugees.person_pseudonym = persons.person_pseudonym
