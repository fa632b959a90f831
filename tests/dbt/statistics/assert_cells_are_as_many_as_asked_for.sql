-- A published table is whole: its cells are as many as its query asked for, over all files of the delivery, but for rows in quarantine.
with queries as (
    select * from {{ ref('stg_ssb_statbank__query') }}
),

cells as (
    select
        delivery_id,
        count(*) as cell_count
    from {{ ref('stg_ssb_statbank__cell') }}
    group by delivery_id
),

quarantined as (
    select
        delivery_id,
        count(distinct file_name || ':' || line_number) as cell_count
    from {{ source('raw', 'quarantined_row') }}
    where source = 'ssb_statbank' and entity = 'cell'
    group by delivery_id
)

select
    'a published table has as many cells as its query asked for' as rule,
    count(*) as failing_rows
from queries
left join cells on queries.delivery_id = cells.delivery_id
left join quarantined on queries.delivery_id = quarantined.delivery_id
where queries.cells <> coalesce(cells.cell_count, 0) + coalesce(quarantined.cell_count, 0)
having count(*) > 0
