-- Keys that somebody has said are one, by group: confirmed pairs that stand, through chains (C75).
with

standing as (
    select * from {{ ref('int_decisions__pair') }}
    where is_standing and verdict = 'confirmed'
)

select
    municipality_code,
    subject,
    component_id,
    smaller_id as local_id
from standing
union
select
    municipality_code,
    subject,
    component_id,
    larger_id as local_id
from standing
