-- The delivery whose decisions stand, for each municipality and kind of decision: the last one that holds the kind, and it alone. What it
-- leaves out is taken back; a file without rows takes back all of its kind. A delivery without the kind leaves it as it was.
select
    deliveries.supplier as municipality_code,
    files.entity,
    deliveries.delivery_id
from {{ source('raw', 'delivery') }} as deliveries
inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
where
    deliveries.source = 'decision'
    and deliveries.status = 'accepted'
    and deliveries.period_end <= {{ as_of_date() }}
qualify row_number() over (
    partition by deliveries.supplier, files.entity
    order by deliveries.period_end desc, deliveries.received_at desc, deliveries.delivery_id desc
) = 1
