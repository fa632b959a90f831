{{ config(materialized='view') }}
-- Rows of events under the ids of the dwellings that count (C73).
select
    events.* replace (
        coalesce(names.counted_dwelling_id, events.dwelling_id) as dwelling_id,
        coalesce(other_names.counted_dwelling_id, events.other_dwelling_id) as other_dwelling_id
    )
from {{ ref('stg_municipal__dwelling_event') }} as events
left join {{ ref('int_matching__dwelling_name') }} as names
    on events.delivery_id = names.delivery_id and events.dwelling_id = names.dwelling_id
left join {{ ref('int_matching__dwelling_name') }} as other_names
    on events.delivery_id = other_names.delivery_id and events.other_dwelling_id = other_names.dwelling_id
