-- D002: tenancies that somebody has said are two, though two offices registered them alike: the one with the larger id is held apart from
-- all others in the dwelling (C71), together with those that somebody has said are the same as it (C75).
with

rejected as (
    select * from {{ ref('int_decisions__pair') }}
    where subject = 'tenancy' and is_standing and verdict = 'rejected'
),

same as (
    select * from {{ ref('int_decisions__same') }}
    where subject = 'tenancy'
),

tenancies as (
    select * from {{ ref('int_tenancies__latest') }}
),

larger_of_pair as (
    select
        larger.municipality_code,
        larger.tenancy_id,
        same.component_id
    from rejected
    inner join tenancies as smaller
        on rejected.municipality_code = smaller.municipality_code and rejected.smaller_id = smaller.tenancy_id
    inner join tenancies as larger
        on
            rejected.municipality_code = larger.municipality_code
            and rejected.larger_id = larger.tenancy_id
            and smaller.dwelling_key = larger.dwelling_key
    left join same on larger.municipality_code = same.municipality_code and larger.tenancy_id = same.local_id
),

held_apart as (
    select
        municipality_code,
        tenancy_id,
        coalesce(component_id, tenancy_id) as apart_id
    from larger_of_pair
    union
    select
        larger_of_pair.municipality_code,
        same.local_id as tenancy_id,
        same.component_id as apart_id
    from larger_of_pair
    inner join same
        on larger_of_pair.municipality_code = same.municipality_code and larger_of_pair.component_id = same.component_id
)

select
    tenancies.tenancy_key,
    {{ hash_text(['held_apart.municipality_code', 'held_apart.apart_id']) }} as holder,
    'D002' as rule_id
from held_apart
inner join tenancies
    on held_apart.municipality_code = tenancies.municipality_code and held_apart.tenancy_id = tenancies.tenancy_id
