-- The work list: rows that went to quarantine, one for each rule they broke, followed from delivery to delivery. A row leaves the list
-- when the delivery it stood in is replaced by one without it, or a later delivery holds its key in an accepted row.
with

deliveries as (
    select
        delivery_id,
        source,
        supplier,
        coalesce(extract, '') as extract,
        period_end,
        received_at,
        cast(received_at as date) as received_date,
        status,
        is_current,
        superseded_by
    from {{ source('raw', 'delivery') }}
    where cast(received_at as date) <= {{ known_at_date() }} and period_end <= {{ as_of_date() }}
),

broken as (
    select
        delivery_id,
        entity,
        file_name,
        line_number,
        rule_id,
        max(row_key) as row_key,
        string_agg(distinct field_name, ', ' order by field_name) as field_name,
        min(reason) as reason
    from {{ source('raw', 'quarantined_row') }}
    group by delivery_id, entity, file_name, line_number, rule_id
),

-- The same row is told by its key; without one, by its line in the deliveries of one period.
sightings as (
    select
        broken.*,
        deliveries.source,
        deliveries.supplier,
        deliveries.extract,
        deliveries.period_end,
        deliveries.received_at,
        deliveries.received_date,
        deliveries.status,
        deliveries.superseded_by,
        case
            when broken.row_key is not null then {{ surrogate_key([
                'deliveries.source', 'deliveries.supplier', 'deliveries.extract', 'broken.entity', 'broken.rule_id', 'broken.field_name',
                'broken.row_key'
            ]) }}
            else {{ surrogate_key([
                'deliveries.source', 'deliveries.supplier', 'deliveries.extract', 'broken.entity', 'broken.rule_id', 'broken.field_name',
                'deliveries.period_end', 'broken.file_name', 'broken.line_number'
            ]) }}
        end as work_key
    from broken
    inner join deliveries on broken.delivery_id = deliveries.delivery_id
),

spans as (
    select
        work_key,
        min(received_date) as first_seen_date,
        max(received_date) as last_seen_date,
        cast(count(distinct delivery_id) as integer) as seen_count
    from sightings
    group by work_key
),

last_seen as (
    select *
    from sightings
    qualify row_number() over (
        partition by work_key order by period_end desc, received_at desc, delivery_id desc, line_number desc
    ) = 1
),

-- What took each row off the list: an accepted row with its key later on, or the delivery that replaced the one it stood in.
mending as (
    select
        last_seen.work_key,
        later.delivery_id,
        later.received_at
    from last_seen
    inner join {{ source('raw', 'accepted_key') }} as accepted_key
        on
            last_seen.source = accepted_key.source
            and last_seen.entity = accepted_key.entity
            and last_seen.row_key = accepted_key.row_key
    inner join deliveries as later
        on
            accepted_key.delivery_id = later.delivery_id
            and last_seen.supplier = later.supplier
            and (last_seen.period_end, last_seen.received_at) < (later.period_end, later.received_at)
    where later.is_current
    union all
    select
        last_seen.work_key,
        replacement.delivery_id,
        replacement.received_at
    from last_seen
    inner join deliveries as replacement
        on
            last_seen.superseded_by = replacement.delivery_id
            or (
                last_seen.status = 'refused'
                and replacement.status = 'accepted'
                and last_seen.source = replacement.source
                and last_seen.supplier = replacement.supplier
                and last_seen.extract = replacement.extract
                and last_seen.period_end = replacement.period_end
                and last_seen.received_at < replacement.received_at
            )
),

mended as (
    select
        work_key,
        arg_min(delivery_id, (received_at, delivery_id)) as mended_by_delivery_id,
        cast(min(received_at) as date) as mended_date
    from mending
    group by work_key
),

accepted_rules as (
    select distinct
        municipality_code,
        accepted_rule_id
    from {{ ref('int_decisions__accepted_deviation') }}
    where local_id is null and not is_expired
)

select
    last_seen.work_key,
    last_seen.source,
    last_seen.supplier,
    last_seen.extract,
    last_seen.entity,
    last_seen.rule_id,
    last_seen.field_name,
    last_seen.reason,
    last_seen.period_end,
    last_seen.delivery_id,
    last_seen.file_name,
    last_seen.line_number,
    spans.first_seen_date,
    spans.last_seen_date,
    spans.seen_count,
    case
        when mended.work_key is not null then 'mended'
        when accepted_rules.municipality_code is not null then 'accepted'
        else 'open'
    end as state,
    mended.mended_by_delivery_id,
    mended.mended_date
from last_seen
inner join spans on last_seen.work_key = spans.work_key
left join mended on last_seen.work_key = mended.work_key
left join accepted_rules
    on last_seen.supplier = accepted_rules.municipality_code and last_seen.rule_id = accepted_rules.accepted_rule_id
