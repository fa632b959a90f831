-- C73: what the other systems tell of a matched dwelling and the leading one leaves out: of each value the last that the best of them told.
{% set filled = [
    'unit_number', 'address', 'postal_code', 'building_id', 'cadastre_id', 'room_count', 'area_m2', 'responsible_unit', 'reserved_for',
    'monthly_rent_nok', 'allocating_unit', 'is_shared', 'grant_nok', 'grant_binding_until'
] %}
with

counted as (
    select * from {{ ref('int_matching__counted_dwelling') }}
    where is_matched
),

told as (
    select
        dwellings.*,
        counted.counted_dwelling_id,
        counted.is_leading,
        row_number() over (
            partition by counted.municipality_code, counted.counted_dwelling_id order by counted.system_rank, counted.dwelling_id
        ) as place
    from counted
    inner join {{ ref('int_matching__system_dwelling') }} as dwellings
        on
            counted.municipality_code = dwellings.municipality_code
            and counted.system_dwelling_id = dwellings.system_dwelling_id
)

select
    municipality_code,
    counted_dwelling_id,
    {% for column in filled %}
    min_by({{ column }}, place) filter (where not is_leading and {{ column }} is not null) as {{ column }},
    {% endfor %}
    bool_or(is_secret_address) as is_secret_address
from told
group by municipality_code, counted_dwelling_id
