-- Dwelling rows of current deliveries in the order they describe, with what the delivery before said.
with

deliveries as (
    select
        delivery_id,
        supplier as municipality_code,
        row_number() over (partition by supplier order by period_end) as delivery_number,
        max(period_end) over (partition by supplier) as last_period_end
    from {{ source('raw', 'delivery') }}
    where is_current and source = 'municipal'
),

rows_in_order as (
    select
        dwelling.* exclude (period_start, received_at, vacancy_reason),
        deliveries.delivery_number,
        deliveries.last_period_end,
        {{ surrogate_key([
            'unit_id', 'tenure_form', 'tenure_kind', 'category', 'room_count', 'area_m2', 'is_wheelchair_accessible',
            'responsible_unit', 'reserved_for', 'monthly_rent_nok'
        ]) }} as attribute_hash
    from {{ ref('stg_municipal__dwelling') }} as dwelling
    inner join deliveries on dwelling.delivery_id = deliveries.delivery_id
)

select
    *,
    attribute_hash is distinct from lag(attribute_hash) over of_dwelling as is_change,
    lead(delivery_id) over of_dwelling is null as is_last
from rows_in_order
window of_dwelling as (partition by municipality_code, dwelling_id order by delivery_number)
