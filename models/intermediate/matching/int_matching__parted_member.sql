-- C77: members that stand under one national id and that somebody has said are two persons: the one with the larger key links to nobody.
with

rejected as (
    select * from {{ ref('int_decisions__pair') }}
    where subject = 'person' and is_standing and verdict = 'rejected'
),

named_rows as (
    select
        members.*,
        members.household_id || '/' || members.member_number as local_id
    from {{ ref('stg_municipal__household_member') }} as members
    semi join rejected
        on
            members.municipality_code = rejected.municipality_code
            and members.household_id || '/' || members.member_number in (rejected.smaller_id, rejected.larger_id)
),

named as (
    select *
    from named_rows
    {{ latest_known(['municipality_code', 'local_id']) }}
)

select distinct
    larger.municipality_code,
    larger.household_id,
    larger.member_number
from rejected
inner join named as smaller on rejected.municipality_code = smaller.municipality_code and rejected.smaller_id = smaller.local_id
inner join named as larger
    on
        rejected.municipality_code = larger.municipality_code
        and rejected.larger_id = larger.local_id
        and smaller.person_pseudonym = larger.person_pseudonym
