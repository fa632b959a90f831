-- C76: households that somebody has said are one go under the smallest of their ids. `place` tells the others apart, from 1.
with

same as (
    select * from {{ ref('int_decisions__same') }}
    where subject = 'household'
)

select
    municipality_code,
    local_id as household_id,
    component_id as leading_household_id,
    cast(row_number() over (partition by municipality_code, component_id order by local_id) as integer) as place
from same
where local_id <> component_id
