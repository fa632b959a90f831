-- C13: events of the stock as the latest delivery tells them, and the rule that leaves an event unused: it does not fit the dwelling's row
-- (T011), comes in the wrong order (T012), or no dwelling was there that day (T013).
with

told as (
    select *
    from {{ ref('int_matching__dwelling_event_row') }}
    {{ latest_known(['municipality_code', 'event_id']) }}
),

lives as (
    select * from {{ ref('int_dwellings__life') }}
),

-- The day a dwelling comes or goes is that of its row; an event may only say how.
placed as (
    select
        told.*,
        lives.dwelling_key,
        case
            when lives.dwelling_key is null then 'T013'
            when told.event_kind in ('acquired', 'split') and told.event_date <> lives.acquired_date then 'T011'
            when told.event_kind in ('disposed', 'merged') and told.event_date <> {{ open_end('lives.disposed_date') }} then 'T011'
            when told.event_date < lives.acquired_date or told.event_date > {{ open_end('lives.disposed_date') }} then 'T013'
            when told.event_kind in ('taken_out', 'returned') and told.event_date = lives.disposed_date then 'T013'
        end as placing_rule_id
    from told
    left join lives on told.municipality_code = lives.municipality_code and told.dwelling_id = lives.dwelling_id
),

-- Taken out and returned follow each other by turns; on one day the dwelling is taken out before it is returned.
followed as (
    select
        *,
        placing_rule_id is null and event_kind in ('taken_out', 'returned') as takes_turns,
        lag(event_kind) over (
            partition by dwelling_key, placing_rule_id is null and event_kind in ('taken_out', 'returned')
            order by event_date, event_kind = 'returned', event_id
        ) as previous_kind
    from placed
)

select
    dwelling_key,
    municipality_code,
    event_id,
    dwelling_id,
    event_kind,
    event_date,
    other_dwelling_id,
    reason,
    case
        when placing_rule_id is not null then placing_rule_id
        when takes_turns and event_kind = coalesce(previous_kind, 'returned') then 'T012'
    end as treatment_rule_id,
    delivery_id,
    line_number
from followed
