-- C167: form 13 as it was sent, of each municipality and year the return that was received last, whole: what a corrected return leaves
-- out is gone.
with delivered as (
    select * from {{ ref('stg_form_return__line') }}
)

select
    delivery_id,
    line_number,
    municipality_code,
    year,
    counted_date,
    covered_office,
    line_id,
    line_count,
    symbol,
    received_at
from delivered
qualify
    dense_rank() over (partition by municipality_code, year order by received_at desc, delivery_id desc) = 1
