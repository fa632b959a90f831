-- Groups of households in the supplier's own codes, the latest known state of each row (C01, C30). A household has one group of
-- each rank: a row ends where the next of the same rank begins (C83).
with delivered as (
    select * from {{ ref('int_matching__household_group_row') }}
),

latest as (
    select *
    from delivered
    {{ latest_known(['municipality_code', 'household_id', 'group_rank', 'from_date']) }}
),

followed as (
    select
        *,
        lead(from_date) over (partition by municipality_code, household_id, group_rank order by from_date) as next_from_date
    from latest
)

select
    {{ surrogate_key(['municipality_code', 'household_id']) }} as household_key,
    municipality_code,
    household_id,
    group_rank,
    local_group_code,
    from_date,
    least(to_date, next_from_date) as to_date,
    coalesce({{ open_end('to_date') }} > next_from_date, false) as is_cut,
    delivery_id,
    line_number
from followed
