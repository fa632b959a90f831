-- C167: form 13 as it was sent, of each municipality and year the return that was received last, whole: what a corrected return leaves
-- out is gone. A municipality has no form of a year at whose end its code was not in use.
with

delivered as (
    select * from {{ ref('stg_form_return__line') }}
),

municipality as (
    select
        code,
        valid_from,
        valid_to
    from {{ ref('stg_klass__municipality_version') }}
    {{ latest_known(['code', 'valid_from']) }}
)

select
    delivered.delivery_id,
    delivered.line_number,
    delivered.municipality_code,
    delivered.year,
    delivered.counted_date,
    delivered.covered_office,
    delivered.line_id,
    delivered.line_count,
    delivered.symbol,
    delivered.received_at
from delivered
inner join municipality
    on
        delivered.municipality_code = municipality.code
        and {{ on_day(last_of_year('delivered.year'), 'municipality.valid_from', 'municipality.valid_to') }}
qualify
    dense_rank() over (
        partition by delivered.municipality_code, delivered.year order by delivered.received_at desc, delivered.delivery_id desc
    ) = 1
