-- A local code that a mapping leaves out of a scheme has a group there by a declared edge from what the mapping says, or none (C39).
with mappings as (
    select * from {{ ref('int_groups__mapping') }}
),

delivered as (
    select * from {{ ref('int_groups__delivered_mapping') }}
),

edges as (
    select * from {{ ref('target_group_edge') }}
),

road as (
    select
        delivered.municipality_code,
        delivered.local_group_code,
        edges.to_scheme,
        edges.to_code,
        delivered.valid_from,
        delivered.valid_to
    from delivered
    inner join edges
        on
            delivered.scheme = edges.from_scheme
            and case when delivered.is_age_split then 'unsplit' else delivered.group_code end = edges.from_code
)

select
    'group without a road' as rule,
    count(*) as failing_rows
from mappings
anti join road
    on
        mappings.municipality_code = road.municipality_code
        and mappings.local_group_code = road.local_group_code
        and mappings.scheme = road.to_scheme
        and case when mappings.is_age_split then 'unsplit' else mappings.group_code end = road.to_code
        and {{ on_day('mappings.valid_from', 'road.valid_from', 'road.valid_to') }}
where mappings.is_derived and mappings.group_code is distinct from 'unsplit'
having count(*) > 0
union all
select
    'derived beside a row of the mapping' as rule,
    count(*) as failing_rows
from mappings
semi join delivered
    on
        mappings.municipality_code = delivered.municipality_code
        and mappings.local_group_code = delivered.local_group_code
        and mappings.scheme = delivered.scheme
where mappings.is_derived
having count(*) > 0
union all
select
    'derived in a scheme of a form' as rule,
    count(*) as failing_rows
from mappings
where is_derived and scheme in ('form_2009', 'form_2020', 'r0_2019')
having count(*) > 0
