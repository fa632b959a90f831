-- For the municipality to settle: T018, dwellings of a system that does not lead with an ambiguous match; T019, decisions that
-- contradict each other taken together.
with

ambiguous as (
    select distinct
        municipality_code,
        other_id
    from {{ ref('int_matching__dwelling') }}
    where outcome = 'ambiguous'
)

select
    'T018' as rule_id,
    ambiguous.municipality_code,
    ambiguous.other_id as local_id,
    'dwelling' as entity,
    dwellings.delivery_id,
    dwellings.line_number
from ambiguous
inner join {{ ref('int_matching__system_dwelling') }} as dwellings
    on ambiguous.municipality_code = dwellings.municipality_code and ambiguous.other_id = dwellings.system_dwelling_id
union all
select
    'T019' as rule_id,
    municipality_code,
    decision_id as local_id,
    'match_decision' as entity,
    delivery_id,
    line_number
from {{ ref('int_decisions__pair') }}
where is_inconsistent
