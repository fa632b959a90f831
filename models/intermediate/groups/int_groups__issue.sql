-- Mappings for the municipality to mend: T020, a local code placed in one scheme against the lossless edge from another (C84).
with mappings as (
    select * from {{ ref('int_groups__delivered_mapping') }}
    where group_code is not null
),

edges as (
    select * from {{ ref('target_group_edge') }}
)

select distinct
    'T020' as rule_id,
    coarser.municipality_code,
    coarser.local_group_code as local_id,
    'local_group' as entity,
    coarser.delivery_id,
    coarser.line_number
from mappings as finer
inner join edges on finer.scheme = edges.from_scheme and finer.group_code = edges.from_code
inner join mappings as coarser
    on
        finer.municipality_code = coarser.municipality_code
        and finer.local_group_code = coarser.local_group_code
        and edges.to_scheme = coarser.scheme
        and finer.valid_from < {{ open_end('coarser.valid_to') }}
        and coarser.valid_from < {{ open_end('finer.valid_to') }}
where coarser.group_code <> edges.to_code
