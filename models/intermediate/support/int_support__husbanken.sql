-- Husbanken's figures, the latest known of each (C01): a corrected or final figure takes the place of the preliminary one.
with delivered as (
    select * from {{ ref('stg_husbanken__figure') }}
)

select
    delivery_id,
    line_number,
    municipality_code,
    from_date,
    to_date,
    scheme,
    purpose,
    recipient_group,
    measure,
    unit,
    value,
    symbol,
    period_start,
    period_end,
    received_at
from delivered
{{ latest_known(['municipality_code', 'from_date', 'to_date', 'scheme', 'purpose', 'recipient_group', 'measure']) }}
