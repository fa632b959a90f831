{{ config(materialized='view') }}
-- Tenancy rows under the ids that count: of matched dwellings (C73), of households (C76) and persons (C77) that somebody has said are one.
select
    tenancies.* replace (
        coalesce(names.counted_dwelling_id, tenancies.dwelling_id) as dwelling_id,
        coalesce(households.leading_household_id, tenancies.household_id) as household_id,
        coalesce(persons.leading_pseudonym, tenancies.contract_holder_pseudonym) as contract_holder_pseudonym,
        coalesce(persons.leading_id_status, tenancies.contract_holder_id_status) as contract_holder_id_status
    )
from {{ ref('stg_municipal__tenancy') }} as tenancies
left join {{ ref('int_matching__dwelling_name') }} as names
    on tenancies.delivery_id = names.delivery_id and tenancies.dwelling_id = names.dwelling_id
left join {{ ref('int_matching__leading_household') }} as households
    on tenancies.municipality_code = households.municipality_code and tenancies.household_id = households.household_id
left join {{ ref('int_matching__leading_person') }} as persons on tenancies.contract_holder_pseudonym = persons.person_pseudonym
