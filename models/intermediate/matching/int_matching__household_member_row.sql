{{ config(materialized='view') }}
-- Rows of household members under the ids that count (C76, C77). Members of a household that goes under another's id have numbers of
-- their own there, above those of its first members; somebody who was taken for another by a wrong id links to nobody.
select
    members.* replace (
        coalesce(households.leading_household_id, members.household_id) as household_id,
        cast(members.member_number + 100 * coalesce(households.place, 0) as integer) as member_number,
        case
            when parted.member_number is not null
                then {{ hash_text(['members.person_pseudonym', 'members.household_id', 'members.member_number']) }}
            else coalesce(persons.leading_pseudonym, members.person_pseudonym)
        end as person_pseudonym,
        case
            when parted.member_number is not null then 'rejected'
            else coalesce(persons.leading_id_status, members.person_id_status)
        end as person_id_status
    )
from {{ ref('stg_municipal__household_member') }} as members
left join {{ ref('int_matching__leading_household') }} as households
    on members.municipality_code = households.municipality_code and members.household_id = households.household_id
left join {{ ref('int_matching__leading_person') }} as persons on members.person_pseudonym = persons.person_pseudonym
left join {{ ref('int_matching__parted_member') }} as parted
    on
        members.municipality_code = parted.municipality_code
        and members.household_id = parted.household_id
        and members.member_number = parted.member_number
