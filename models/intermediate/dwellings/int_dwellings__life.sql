-- C10, C15: what holds for a dwelling's whole life comes from the latest row that is known: when it was acquired and disposed of (or closed
-- by T008), and whether it is let on several contracts at the same time.
with

delivered as (
    select *
    from {{ ref('int_dwellings__delivered') }}
    where is_last
),

lives as (
    select
        *,
        disposed_date is null and period_end < last_period_end as is_closed_by_rule,
        case
            when disposed_date is not null then disposed_date
            when period_end < last_period_end then {{ add_days('period_end', 1) }}
        end as life_to
    from delivered
)

select
    {{ surrogate_key(['municipality_code', 'dwelling_id']) }} as dwelling_key,
    municipality_code,
    dwelling_id,
    acquired_date,
    life_to as disposed_date,
    is_closed_by_rule,
    acquired_date < {{ open_end('life_to') }} as has_days,
    is_shared,
    delivery_id,
    line_number
from lives
