-- C74: pairs of dwellings of two systems that could be one, each with the best reason for it. The days that both tell of must overlap,
-- and nothing that both tell may disagree: unit number, cadastre, building, postal code or address. A protected address is masked and
-- gives no reason.
with

dwellings as (
    select
        *,
        count(comparable_address) over (partition by municipality_code, system, comparable_address, postal_code) as address_count
    from {{ ref('int_matching__system_dwelling') }}
),

reasons as (
    {% for method, tier, columns in [
        ('unit_and_cadastre', 2, ['unit_number', 'cadastre_id']),
        ('unit_and_building', 2, ['unit_number', 'building_id']),
        ('unit_and_address', 2, ['unit_number', 'comparable_address', 'postal_code']),
        ('dwelling_key', 3, ['dwelling_id']),
        ('unit_key', 4, ['unit_id']),
        ('single_address', 4, ['comparable_address', 'postal_code']),
    ] %}
    select
        first_dwelling.municipality_code,
        first_dwelling.system as leading_system,
        other_dwelling.system as other_system,
        first_dwelling.system_dwelling_id as leading_id,
        other_dwelling.system_dwelling_id as other_id,
        -- what is alike by unit and by the municipality's own key is certain, whatever else is alike
        case when {{ tier }} = 2 and first_dwelling.dwelling_id = other_dwelling.dwelling_id then 1 else {{ tier }} end as tier,
        {{ loop.index }} as method_number,
        '{{ method }}' as method,
        '{{ method }}' = 'single_address' and greatest(first_dwelling.address_count, other_dwelling.address_count) > 1 as is_crowded
    from dwellings as first_dwelling
    inner join dwellings as other_dwelling
        on
            first_dwelling.municipality_code = other_dwelling.municipality_code
            and first_dwelling.system_rank < other_dwelling.system_rank
            {% for column in columns %}
            and first_dwelling.{{ column }} = other_dwelling.{{ column }}
            {% endfor %}
    where
        first_dwelling.acquired_date < {{ open_end('other_dwelling.disposed_date') }}
        and other_dwelling.acquired_date < {{ open_end('first_dwelling.disposed_date') }}
        {% for column in ['unit_number', 'cadastre_id', 'building_id', 'comparable_address', 'postal_code'] %}
        and coalesce(first_dwelling.{{ column }} = other_dwelling.{{ column }}, true)
        {% endfor %}
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    municipality_code,
    leading_system,
    other_system,
    leading_id,
    other_id,
    tier,
    method,
    is_crowded
from reasons
qualify row_number() over (partition by municipality_code, leading_id, other_id order by tier, method_number) = 1
