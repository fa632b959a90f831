{{ config(materialized='view') }}
-- Rows of household groups under the ids that count (C76): groups of a household that goes under another's id come after that one's own.
select
    household_groups.* replace (
        coalesce(households.leading_household_id, household_groups.household_id) as household_id,
        cast(household_groups.group_rank + 10 * coalesce(households.place, 0) as integer) as group_rank
    )
from {{ ref('stg_municipal__household_group') }} as household_groups
left join {{ ref('int_matching__leading_household') }} as households
    on household_groups.municipality_code = households.municipality_code and household_groups.household_id = households.household_id
