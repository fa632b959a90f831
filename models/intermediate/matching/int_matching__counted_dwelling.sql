-- C73: which dwelling each system's dwelling counts as: of those matched that of the leading system, of one system's two (which only a
-- decision can match) the smaller id.
with recursive

dwellings as (
    select * from {{ ref('int_matching__system_dwelling') }}
),

made as (
    select * from {{ ref('int_matching__dwelling') }}
    where outcome in ('exact', 'by_rule', 'confirmed')
),

{{ components('made', ['municipality_code'], 'leading_id', 'other_id') }},

placed as (
    select
        dwellings.*,
        coalesce(component.component_id, dwellings.system_dwelling_id) as component_id,
        component.component_id is not null as is_matched
    from dwellings
    left join component
        on dwellings.municipality_code = component.municipality_code and dwellings.system_dwelling_id = component.member
)

select
    municipality_code,
    system,
    system_rank,
    dwelling_id,
    system_dwelling_id,
    is_matched,
    first_value(system_dwelling_id) over same_dwelling as counted_dwelling_id,
    row_number() over same_dwelling = 1 as is_leading,
    first_value(first_period_end) over same_dwelling as leading_first_period_end,
    first_value(unit_id) over same_dwelling as leading_unit_id
from placed
window same_dwelling as (partition by municipality_code, component_id order by system_rank, dwelling_id)
