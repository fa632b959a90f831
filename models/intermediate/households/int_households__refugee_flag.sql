-- Households in stock on a reference day that their municipality has flagged as refugees: by a row with a local refugee code valid that
-- day, the one of best rank (C81).
with

local_group as (
    select * from {{ ref('int_households__local_group') }}
),

mapping as (
    select * from {{ ref('int_groups__mapping') }}
    where is_refugee
),

stock as (
    select * from {{ ref('int_households__stock') }}
    where is_household_row
)

select
    stock.municipality_code,
    stock.reference_date,
    stock.is_covered_year,
    stock.household_key,
    local_group.delivery_id,
    local_group.line_number
from stock
inner join local_group
    on
        stock.household_key = local_group.household_key
        and {{ on_day('stock.reference_date', 'local_group.from_date', 'local_group.to_date') }}
-- a refugee code is one in several schemes
semi join mapping
    on
        local_group.municipality_code = mapping.municipality_code
        and local_group.local_group_code = mapping.local_group_code
        and {{ on_day('stock.reference_date', 'mapping.valid_from', 'mapping.valid_to') }}
qualify row_number() over (
    partition by stock.household_key, stock.reference_date order by local_group.group_rank, local_group.from_date
) = 1
