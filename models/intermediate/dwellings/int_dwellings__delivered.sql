-- Dwelling rows of current deliveries in the order they describe, with what the delivery before said.
with

dwelling_files as (
    select distinct delivery_id
    from {{ source('raw', 'delivery_file') }}
    where entity = 'dwelling'
),

-- Extracts of one municipality live side by side: what the last full snapshot of an extract does not hold is gone, and no other delivery
-- (without dwellings, of changes, of another extract) says that it is.
deliveries as (
    select
        delivery.delivery_id,
        delivery.supplier as municipality_code,
        row_number()
            over (partition by delivery.supplier order by delivery.period_end, delivery.received_at, delivery.delivery_id)
            as delivery_number,
        max(case when delivery.deletions is distinct from 'changes' then delivery.period_end end)
            over (partition by delivery.supplier, delivery.extract)
            as last_period_end
    from {{ source('raw', 'delivery') }} as delivery
    inner join dwelling_files on delivery.delivery_id = dwelling_files.delivery_id
    where delivery.is_current and delivery.source = 'municipal'
),

dwelling_rows as (
    select * exclude (period_start, received_at, vacancy_reason)
    from {{ ref('int_matching__dwelling_row') }}
),

rows_in_order as (
    select
        dwelling_rows.*,
        deliveries.delivery_number,
        coalesce(deliveries.last_period_end, dwelling_rows.period_end) as last_period_end,
        {{ surrogate_key([
            'unit_id', 'tenure_form', 'tenure_kind', 'category', 'room_count', 'area_m2', 'is_wheelchair_accessible',
            'responsible_unit', 'reserved_for', 'monthly_rent_nok', 'allocating_unit', 'grant_nok', 'grant_binding_until'
        ]) }} as attribute_hash
    from dwelling_rows
    inner join deliveries on dwelling_rows.delivery_id = deliveries.delivery_id
),

neighbours as (
    select
        *,
        lag(attribute_hash) over (partition by municipality_code, dwelling_id order by delivery_number) as previous_hash,
        lead(delivery_number) over (partition by municipality_code, dwelling_id order by delivery_number) as next_number
    from rows_in_order
)

select
    * exclude (attribute_hash, previous_hash, next_number),
    previous_hash is null or previous_hash <> attribute_hash as is_change,
    next_number is null as is_last
from neighbours
