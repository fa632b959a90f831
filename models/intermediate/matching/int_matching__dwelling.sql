-- C74, C75: what became of every pair of dwellings that could be one. Decisions go first, then the surest reasons; a dwelling that a surer
-- reason has taken is out of the reach of weaker ones. Where more than one is left on either side, the pair is ambiguous and is not made.
with recursive

dwellings as (
    select * from {{ ref('int_matching__system_dwelling') }}
),

decided as (
    select
        pairs.municipality_code,
        pairs.decision_id,
        pairs.verdict,
        case when smaller.system_rank <= larger.system_rank then smaller.system else larger.system end as leading_system,
        case when smaller.system_rank <= larger.system_rank then larger.system else smaller.system end as other_system,
        case when smaller.system_rank <= larger.system_rank then pairs.smaller_id else pairs.larger_id end as leading_id,
        case when smaller.system_rank <= larger.system_rank then pairs.larger_id else pairs.smaller_id end as other_id
    from {{ ref('int_decisions__pair') }} as pairs
    inner join dwellings as smaller on pairs.municipality_code = smaller.municipality_code and pairs.smaller_id = smaller.system_dwelling_id
    inner join dwellings as larger on pairs.municipality_code = larger.municipality_code and pairs.larger_id = larger.system_dwelling_id
    where pairs.subject = 'dwelling' and pairs.is_standing
),

undecided as (
    select candidates.*
    from {{ ref('int_matching__candidate') }} as candidates
    anti join decided
        on
            candidates.municipality_code = decided.municipality_code
            and candidates.leading_id = decided.leading_id
            and candidates.other_id = decided.other_id
),

-- The ends of pairs that are taken, each with the system on the other side; tier 0 are those that somebody confirmed.
{% for tier in [0, 1, 2, 3, 4] %}
{% if tier == 0 %}
open_0 as (
    select
        municipality_code,
        leading_system,
        other_system,
        leading_id,
        other_id
    from decided
    where verdict = 'confirmed'
),
{% else %}
open_{{ tier }} as (
    select undecided.*
    from undecided
    anti join taken_{{ tier - 1 }} as leading_taken
        on
            undecided.municipality_code = leading_taken.municipality_code
            and undecided.leading_id = leading_taken.taken_id
            and undecided.other_system = leading_taken.by_system
    anti join taken_{{ tier - 1 }} as other_taken
        on
            undecided.municipality_code = other_taken.municipality_code
            and undecided.other_id = other_taken.taken_id
            and undecided.leading_system = other_taken.by_system
    where undecided.tier = {{ tier }}
),
{% endif %}

taken_{{ tier }} as (
    {% if tier > 0 %}
    select * from taken_{{ tier - 1 }}
    union
    {% endif %}
    select
        municipality_code,
        leading_id as taken_id,
        other_system as by_system
    from open_{{ tier }}
    union
    select
        municipality_code,
        other_id as taken_id,
        leading_system as by_system
    from open_{{ tier }}
),
{% endfor %}

weighed as (
    {% for tier in [1, 2, 3, 4] %}
    select
        *,
        greatest(
            count(*) over (partition by municipality_code, leading_id, other_system),
            count(*) over (partition by municipality_code, other_id, leading_system)
        ) as candidate_count
    from open_{{ tier }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

found as (
    select
        municipality_code,
        leading_system,
        other_system,
        leading_id,
        other_id,
        case
            when candidate_count > 1 or is_crowded then 'ambiguous'
            when tier <= 2 then 'exact'
            else 'by_rule'
        end as outcome,
        method,
        candidate_count,
        cast(null as varchar) as decision_id
    from weighed
    union all
    select
        municipality_code,
        leading_system,
        other_system,
        leading_id,
        other_id,
        case verdict when 'confirmed' then 'confirmed' else 'rejected' end as outcome,
        'decision' as method,
        1 as candidate_count,
        decision_id
    from decided
),

-- With three systems and more, pairs that are clear one by one may contradict each other taken together.
made as (
    select * from found
    where outcome in ('exact', 'by_rule', 'confirmed')
),

{{ components('made', ['municipality_code'], 'leading_id', 'other_id') }},

said_to_be_one as (
    select * from {{ ref('int_decisions__same') }}
    where subject = 'dwelling'
),

two_of_one_system as (
    select
        component.municipality_code,
        component.component_id
    from component
    inner join dwellings
        on component.municipality_code = dwellings.municipality_code and component.member = dwellings.system_dwelling_id
    left join said_to_be_one
        on component.municipality_code = said_to_be_one.municipality_code and component.member = said_to_be_one.local_id
    group by component.municipality_code, component.component_id, dwellings.system
    having count(distinct coalesce(said_to_be_one.component_id, component.member)) > 1
),

rejected_inside as (
    select
        first_dwelling.municipality_code,
        first_dwelling.component_id
    from found
    inner join component as first_dwelling
        on found.municipality_code = first_dwelling.municipality_code and found.leading_id = first_dwelling.member
    inner join component as other_dwelling
        on
            found.municipality_code = other_dwelling.municipality_code
            and found.other_id = other_dwelling.member
            and first_dwelling.component_id = other_dwelling.component_id
    where found.outcome = 'rejected'
),

contradictory as (
    select * from two_of_one_system
    union
    select * from rejected_inside
)

select
    found.municipality_code,
    found.leading_system,
    found.other_system,
    found.leading_id,
    found.other_id,
    case
        when contradictory.component_id is not null and found.outcome in ('exact', 'by_rule') then 'ambiguous'
        else found.outcome
    end as outcome,
    found.method,
    found.candidate_count,
    found.decision_id
from found
left join component on found.municipality_code = component.municipality_code and found.leading_id = component.member
left join contradictory
    on component.municipality_code = contradictory.municipality_code and component.component_id = contradictory.component_id
