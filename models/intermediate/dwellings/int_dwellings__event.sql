-- C16: what changed the stock, and renovations. Each dwelling comes once and goes at most once, on the days of its row: an event tells how
-- and why where one was delivered for that day, else it is inferred. Further dwellings of a shared flat come and go with their contracts.
with

-- a dwelling that was acquired and disposed of on the same day never was in stock
lives as (
    select *
    from {{ ref('int_dwellings__life') }}
    where has_days
),

told as (
    select *
    from {{ ref('int_dwellings__event_told') }}
    where treatment_rule_id is null
),

stock_periods as (
    select * from {{ ref('int_dwellings__stock_period') }}
),

coming_and_going as (
    select
        dwelling_key,
        municipality_code,
        dwelling_id,
        true as is_coming,
        acquired_date as event_date,
        false as is_closed_by_rule,
        delivery_id,
        line_number
    from lives

    union all

    select
        dwelling_key,
        municipality_code,
        dwelling_id,
        false as is_coming,
        disposed_date as event_date,
        is_closed_by_rule,
        delivery_id,
        line_number
    from lives
    where disposed_date is not null
),

-- Of several events told for that day, one that names the other dwelling says most.
how as (
    select
        dwelling_key,
        event_kind in ('acquired', 'split') as is_coming,
        event_id,
        event_kind,
        other_dwelling_id,
        reason,
        delivery_id,
        line_number
    from told
    where event_kind in ('acquired', 'split', 'disposed', 'merged')
    qualify row_number() over (
        partition by dwelling_key, event_kind in ('acquired', 'split') order by event_kind in ('split', 'merged') desc, event_id
    ) = 1
),

-- a dwelling that goes while it is taken out left the stock before
last_in_stock as (
    select
        dwelling_key,
        max({{ open_end('to_date') }}) as last_to
    from stock_periods
    group by dwelling_key
),

entries_and_exits as (
    select
        coming_and_going.dwelling_key,
        coming_and_going.municipality_code,
        coming_and_going.dwelling_id,
        how.event_id,
        coalesce(how.event_kind, case when coming_and_going.is_coming then 'acquired' else 'disposed' end) as event_kind,
        coming_and_going.event_date,
        how.other_dwelling_id,
        how.reason,
        case
            when coming_and_going.is_coming then 1
            when last_in_stock.last_to = coming_and_going.event_date then -1
            else 0
        end as stock_change,
        case
            when how.event_id is not null then 'event'
            when coming_and_going.is_closed_by_rule then 'gone'
            else 'dwelling'
        end as basis,
        coalesce(how.delivery_id, coming_and_going.delivery_id) as delivery_id,
        coalesce(how.line_number, coming_and_going.line_number) as line_number
    from coming_and_going
    left join how on coming_and_going.dwelling_key = how.dwelling_key and coming_and_going.is_coming = how.is_coming
    left join last_in_stock on coming_and_going.dwelling_key = last_in_stock.dwelling_key
),

-- Taken out, returned and renovated are known from events alone.
others as (
    select
        told.dwelling_key,
        told.municipality_code,
        told.dwelling_id,
        told.event_id,
        told.event_kind,
        told.event_date,
        told.other_dwelling_id,
        told.reason,
        case told.event_kind when 'taken_out' then -1 when 'returned' then 1 else 0 end as stock_change,
        'event' as basis,
        told.delivery_id,
        told.line_number
    from told
    inner join lives on told.dwelling_key = lives.dwelling_key
    where told.event_kind in ('taken_out', 'returned', 'renovated')
),

further_places as (
    select
        stock_periods.dwelling_key,
        stock_periods.municipality_code,
        stock_periods.dwelling_id,
        lives.dwelling_id as other_dwelling_id,
        stock_periods.from_date,
        stock_periods.to_date,
        lives.delivery_id,
        lives.line_number
    from stock_periods
    inner join lives on stock_periods.registered_dwelling_key = lives.dwelling_key
    where stock_periods.place_number > 1
),

from_contracts as (
    select
        dwelling_key,
        municipality_code,
        dwelling_id,
        cast(null as varchar) as event_id,
        'split' as event_kind,
        from_date as event_date,
        other_dwelling_id,
        cast(null as varchar) as reason,
        1 as stock_change,
        'contracts' as basis,
        delivery_id,
        line_number
    from further_places

    union all

    select
        dwelling_key,
        municipality_code,
        dwelling_id,
        cast(null as varchar) as event_id,
        'merged' as event_kind,
        to_date as event_date,
        other_dwelling_id,
        cast(null as varchar) as reason,
        -1 as stock_change,
        'contracts' as basis,
        delivery_id,
        line_number
    from further_places
    where to_date is not null
),

events as (
    select * from entries_and_exits
    union all
    select * from others
    union all
    select * from from_contracts
)

select
    dwelling_key,
    municipality_code,
    dwelling_id,
    event_id,
    event_kind,
    event_date,
    other_dwelling_id,
    reason,
    cast(stock_change as integer) as stock_change,
    basis,
    delivery_id,
    line_number
from events
