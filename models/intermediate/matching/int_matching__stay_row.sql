{{ config(materialized='view') }}
-- Rows of stays in temporary accommodation under the households (C76) and persons (C77) that count.
select
    stays.* replace (
        coalesce(households.leading_household_id, stays.household_id) as household_id,
        coalesce(persons.leading_pseudonym, stays.person_pseudonym) as person_pseudonym,
        coalesce(persons.leading_id_status, stays.person_id_status) as person_id_status
    )
from {{ ref('stg_temporary_accommodation__stay') }} as stays
left join {{ ref('int_matching__leading_household') }} as households
    on stays.municipality_code = households.municipality_code and stays.household_id = households.household_id
left join {{ ref('int_matching__leading_person') }} as persons on stays.person_pseudonym = persons.person_pseudonym
