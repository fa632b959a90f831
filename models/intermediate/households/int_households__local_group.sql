-- Groups of households in the supplier's own codes, the latest known state of each row (C01, C30).
with delivered as (
    select * from {{ ref('int_matching__household_group_row') }}
),

latest as (
    select *
    from delivered
    {{ latest_known(['municipality_code', 'household_id', 'group_rank', 'from_date']) }}
)

select
    {{ surrogate_key(['municipality_code', 'household_id']) }} as household_key,
    municipality_code,
    household_id,
    group_rank,
    local_group_code,
    from_date,
    to_date,
    delivery_id,
    line_number
from latest
