-- The delivery calendar kept: what became of every file that should have come. Known-at decides what is overdue; no clock.
with

expected as (
    select * from {{ ref('int_deliveries__expected') }}
),

deliveries as (
    select *
    from {{ source('raw', 'delivery') }}
    where cast(received_at as date) <= {{ known_at_date() }} and period_end <= {{ as_of_date() }}
),

files as (
    select
        delivery_id,
        entity,
        sum(accepted_count) as accepted_count,
        sum(quarantined_count) as quarantined_count
    from {{ source('raw', 'delivery_file') }}
    group by delivery_id, entity
),

arrived as (
    select
        expected.*,
        deliveries.delivery_id,
        deliveries.is_current,
        deliveries.superseded_by,
        cast(deliveries.received_at as date) as received_date,
        deliveries.received_at,
        deliveries.status = 'refused' as is_refused,
        deliveries.status = 'accepted' as is_accepted,
        deliveries.status = 'accepted' and files.entity is not null as is_whole,
        files.accepted_count,
        files.quarantined_count
    from expected
    left join deliveries
        on
            expected.source = deliveries.source
            and expected.supplier = deliveries.supplier
            and expected.extract in ('*', coalesce(deliveries.extract, ''))
            and expected.period_end between deliveries.period_start and deliveries.period_end
            and (expected.source not like 'kostra%' or expected.period_end = deliveries.period_end)
    left join files on deliveries.delivery_id = files.delivery_id and expected.entity = files.entity
),

summed as (
    select
        source,
        extract,
        supplier,
        entity,
        period_end,
        due_date,
        count(*) filter (where is_whole) as delivery_count,
        count(*) filter (where is_whole and superseded_by is not null) as superseded_count,
        count(*) filter (where is_accepted and not is_whole) as without_entity_count,
        count(*) filter (where is_refused) as refused_count,
        min(received_date) filter (where is_whole) as first_received_date,
        max(received_date) filter (where is_whole) as last_received_date,
        arg_max(delivery_id, received_at) filter (where is_whole and is_current) as delivery_id,
        arg_max(accepted_count, received_at) filter (where is_whole and is_current) as accepted_count,
        arg_max(quarantined_count, received_at) filter (where is_whole and is_current) as quarantined_count
    from arrived
    group by source, extract, supplier, entity, period_end, due_date
)

select
    source,
    extract,
    supplier,
    entity,
    period_end,
    due_date,
    case
        when first_received_date <= due_date then 'on_time'
        when delivery_count > 0 then 'late'
        when without_entity_count > 0 then 'partly'
        when refused_count > 0 then 'refused'
        when due_date < {{ known_at_date() }} then 'missing'
        else 'not_due'
    end as status,
    delivery_count > 0 as has_come,
    superseded_count > 0 as is_superseded,
    first_received_date,
    last_received_date,
    case when first_received_date is not null then greatest({{ days_between('due_date', 'first_received_date') }}, 0) end as days_late,
    cast(delivery_count as integer) as delivery_count,
    cast(refused_count as integer) as refused_count,
    delivery_id,
    cast(accepted_count as bigint) as accepted_count,
    cast(quarantined_count as bigint) as quarantined_count
from summed
