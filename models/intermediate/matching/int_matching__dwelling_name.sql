-- What a dwelling id means in each delivery: the dwelling of the delivery's own system, else the one that goes by the plain id. Only ids
-- that are matched, or that mean something else in this delivery than elsewhere.
with

deliveries as (
    select
        delivery_id,
        supplier as municipality_code,
        coalesce(extract, 'contract') as system
    from {{ source('raw', 'delivery') }}
    where is_current and source = 'municipal'
),

dwellings as (
    select * from {{ ref('int_matching__counted_dwelling') }}
)

select
    deliveries.delivery_id,
    dwellings.dwelling_id,
    dwellings.system_dwelling_id,
    dwellings.counted_dwelling_id,
    dwellings.is_leading,
    dwellings.leading_first_period_end,
    dwellings.leading_unit_id
from deliveries
inner join dwellings on deliveries.municipality_code = dwellings.municipality_code
where
    (dwellings.is_matched or dwellings.counted_dwelling_id <> dwellings.dwelling_id)
    and (deliveries.system = dwellings.system or dwellings.system_dwelling_id = dwellings.dwelling_id)
qualify row_number() over (
    partition by deliveries.delivery_id, dwellings.dwelling_id order by (deliveries.system = dwellings.system) desc
) = 1
