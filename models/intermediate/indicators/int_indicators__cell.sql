-- A small number for each measure, breakdown code and vintage that has rows: the roll-up compares numbers, labels are joined last.
with told as (
    select distinct
        measure_id,
        breakdown,
        breakdown_code,
        vintage
    from {{ ref("int_indicators__measure") }}
)

select
    cast(row_number() over (order by measure_id, breakdown, breakdown_code, vintage) as integer) as cell_id,
    measure_id,
    breakdown,
    breakdown_code,
    vintage
from told
