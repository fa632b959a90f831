{{ config(materialized='view') }}
-- Application rows under the ids of households (C76) and persons (C77) that count.
select
    applications.* replace (
        coalesce(households.leading_household_id, applications.household_id) as household_id,
        coalesce(persons.leading_pseudonym, applications.applicant_pseudonym) as applicant_pseudonym,
        coalesce(persons.leading_id_status, applications.applicant_id_status) as applicant_id_status
    )
from {{ ref('stg_municipal__application') }} as applications
left join {{ ref('int_matching__leading_household') }} as households
    on applications.municipality_code = households.municipality_code and applications.household_id = households.household_id
left join {{ ref('int_matching__leading_person') }} as persons on applications.applicant_pseudonym = persons.person_pseudonym
