-- Quarantine over time: rows of each known delivery by rule, superseded and refused deliveries too, and how many are still to be mended.
with

deliveries as (
    select * from {{ source('raw', 'delivery') }}
    where cast(received_at as date) <= {{ known_at_date() }}
),

counted as (
    select
        delivery_id,
        entity,
        rule_id,
        count(distinct file_name || ' ' || line_number) as row_count
    from {{ source('raw', 'quarantined_row') }}
    group by delivery_id, entity, rule_id
),

still_open as (
    select
        delivery_id,
        entity,
        rule_id,
        count(distinct file_name || ' ' || line_number) as open_row_count
    from {{ ref('fct_quarantine_row') }}
    where state = 'open'
    group by delivery_id, entity, rule_id
)

select
    deliveries.delivery_id,
    deliveries.source,
    deliveries.supplier,
    coalesce(deliveries.extract, '') as extract,
    deliveries.period_end,
    cast(deliveries.received_at as date) as received_date,
    deliveries.status as delivery_status,
    counted.entity,
    counted.rule_id,
    cast(counted.row_count as integer) as row_count,
    cast(coalesce(still_open.open_row_count, 0) as integer) as open_row_count
from counted
inner join deliveries on counted.delivery_id = deliveries.delivery_id
left join still_open
    on
        counted.delivery_id = still_open.delivery_id
        and counted.entity = still_open.entity
        and counted.rule_id = still_open.rule_id
