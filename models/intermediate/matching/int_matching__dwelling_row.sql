{{ config(materialized='view') }}
-- Dwelling rows as they count (C73): rows of staging under the id of the counted dwelling. Another system's rows of a matched dwelling
-- stay only from before the leading system's first row; what the leading system leaves out, the others fill in. One protected address
-- hides the dwelling's address, whichever system tells it: it is the same door.
{% set address_columns = ['address', 'postal_code', 'building_id', 'cadastre_id'] %}
{% set other_columns = [
    'unit_number', 'room_count', 'area_m2', 'responsible_unit', 'reserved_for', 'monthly_rent_nok', 'allocating_unit', 'is_shared',
    'grant_nok', 'grant_binding_until'
] %}
with

dwelling_rows as (
    select * from {{ ref('stg_municipal__dwelling') }}
),

names as (
    select * from {{ ref('int_matching__dwelling_name') }}
),

filling as (
    select * from {{ ref('int_matching__filling') }}
)

select
    dwelling_rows.* replace (
        coalesce(names.counted_dwelling_id, dwelling_rows.dwelling_id) as dwelling_id,
        case when names.is_leading is false then names.leading_unit_id else dwelling_rows.unit_id end as unit_id,
        dwelling_rows.is_secret_address or coalesce(filling.is_secret_address, false) as is_secret_address,
        {% for column in address_columns %}
        case
            when dwelling_rows.is_secret_address or filling.is_secret_address then null
            else coalesce(dwelling_rows.{{ column }}, filling.{{ column }})
        end as {{ column }},
        {% endfor %}
        {% for column in other_columns %}
        coalesce(dwelling_rows.{{ column }}, filling.{{ column }}) as {{ column }}{{ "," if not loop.last }}
        {% endfor %}
    )
from dwelling_rows
left join names on dwelling_rows.delivery_id = names.delivery_id and dwelling_rows.dwelling_id = names.dwelling_id
left join filling
    on dwelling_rows.municipality_code = filling.municipality_code and names.counted_dwelling_id = filling.counted_dwelling_id
where names.is_leading is null or names.is_leading or dwelling_rows.period_end < names.leading_first_period_end
