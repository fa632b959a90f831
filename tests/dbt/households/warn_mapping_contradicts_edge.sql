{{ config(severity='warn') }}
-- A supplier's mapping of one local code to two schemes should agree with the lossless edge between them. It is the supplier's to mend.
with mappings as (
    select * from {{ ref('int_groups__mapping') }}
    where certainty = 'exact'
),

edges as (
    select * from {{ ref('target_group_edge') }}
)

select
    'local codes follow ' || edges.from_scheme || ' to ' || edges.to_scheme as rule,
    count(*) as failing_rows
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
group by edges.from_scheme, edges.to_scheme
