{{ config(materialized='view') }}
-- Rows of persons in the care register under the persons that count (C77).
select
    persons.* replace (
        coalesce(leading_persons.leading_pseudonym, persons.person_pseudonym) as person_pseudonym,
        coalesce(leading_persons.leading_id_status, persons.person_id_status) as person_id_status
    )
from {{ ref('stg_iplos__person') }} as persons
left join {{ ref('int_matching__leading_person') }} as leading_persons on persons.person_pseudonym = leading_persons.person_pseudonym
