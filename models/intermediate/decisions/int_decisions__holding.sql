-- The delivery whose decisions stand, for each municipality and kind of decision: the last one that holds the kind, and it alone. What it
-- leaves out is taken back; a file without rows takes back all of its kind.
select
    deliveries.supplier as municipality_code,
    files.entity,
    deliveries.delivery_id
from {{ source('raw', 'delivery') }} as deliveries
inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
where deliveries.is_current and deliveries.source = 'decision'
qualify row_number() over (
    partition by deliveries.supplier, files.entity
    order by deliveries.period_end desc, deliveries.received_at desc, deliveries.delivery_id desc
) = 1
