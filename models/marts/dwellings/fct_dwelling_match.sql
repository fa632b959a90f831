-- The match report (C73-C75): every pair of dwellings of two systems that could be one with what became of it, and every dwelling of one
-- system that has none in the other.
with

systems as (
    select * from {{ ref('int_matching__system') }}
    where is_one_of_several
),

dwellings as (
    select * from {{ ref('int_matching__system_dwelling') }}
),

counted as (
    select * from {{ ref('int_matching__counted_dwelling') }}
),

pairs as (
    select * from {{ ref('int_matching__dwelling') }}
),

system_pairs as (
    select
        first_system.municipality_code,
        first_system.system as leading_system,
        other_system.system as other_system
    from systems as first_system
    inner join systems as other_system
        on first_system.municipality_code = other_system.municipality_code and first_system.system_rank < other_system.system_rank
),

-- A rejected pair leaves its dwellings as they were: unmatched, unless something else is found for them.
with_match as (
    select * from pairs
    where outcome <> 'rejected'
),

leading_alone as (
    select
        system_pairs.municipality_code,
        system_pairs.leading_system,
        system_pairs.other_system,
        dwellings.system_dwelling_id as leading_id,
        cast(null as varchar) as other_id
    from system_pairs
    inner join dwellings on system_pairs.municipality_code = dwellings.municipality_code and system_pairs.leading_system = dwellings.system
    anti join with_match
        on
            dwellings.municipality_code = with_match.municipality_code
            and dwellings.system_dwelling_id = with_match.leading_id
            and system_pairs.other_system = with_match.other_system
),

other_alone as (
    select
        system_pairs.municipality_code,
        system_pairs.leading_system,
        system_pairs.other_system,
        cast(null as varchar) as leading_id,
        dwellings.system_dwelling_id as other_id
    from system_pairs
    inner join dwellings on system_pairs.municipality_code = dwellings.municipality_code and system_pairs.other_system = dwellings.system
    anti join with_match
        on
            dwellings.municipality_code = with_match.municipality_code
            and dwellings.system_dwelling_id = with_match.other_id
            and system_pairs.leading_system = with_match.leading_system
),

reported as (
    select * from pairs
    {% for alone in ['leading_alone', 'other_alone'] %}
    union all
    select
        *,
        'none' as outcome,
        cast(null as varchar) as method,
        0 as candidate_count,
        cast(null as varchar) as decision_id
    from {{ alone }}
    {% endfor %}
)

select
    {{ surrogate_key([
        'reported.municipality_code', 'reported.leading_system', 'reported.other_system', 'reported.leading_id', 'reported.other_id'
    ]) }} as match_key,
    reported.municipality_code,
    reported.leading_system,
    reported.other_system,
    case
        when reported.leading_id is not null then {{ surrogate_key(['reported.municipality_code', 'reported.leading_id']) }}
    end as leading_dwelling_key,
    case
        when reported.other_id is not null then {{ surrogate_key(['reported.municipality_code', 'reported.other_id']) }}
    end as other_dwelling_key,
    {{ surrogate_key(['reported.municipality_code', 'counted.counted_dwelling_id']) }} as counted_dwelling_key,
    reported.leading_id as leading_dwelling_id,
    reported.other_id as other_dwelling_id,
    reported.outcome,
    {{ label_nb('match_outcome', 'reported.outcome') }} as outcome_label_nb,
    reported.method,
    {{ label_nb('match_method', 'reported.method') }} as method_label_nb,
    reported.outcome in ('exact', 'by_rule', 'confirmed') as is_matched,
    cast(reported.candidate_count as integer) as candidate_count,
    case when reported.method = 'decision' then 'D002' when reported.outcome = 'ambiguous' then 'T018' end as rule_id,
    reported.decision_id,
    {{ open_end('leading_dwelling.disposed_date') }} > {{ as_of_date() }}
    and {{ open_end('other_dwelling.disposed_date') }} > {{ as_of_date() }} as is_current
from reported
left join dwellings as leading_dwelling
    on reported.municipality_code = leading_dwelling.municipality_code and reported.leading_id = leading_dwelling.system_dwelling_id
left join dwellings as other_dwelling
    on reported.municipality_code = other_dwelling.municipality_code and reported.other_id = other_dwelling.system_dwelling_id
inner join counted
    on
        reported.municipality_code = counted.municipality_code
        and coalesce(reported.leading_id, reported.other_id) = counted.system_dwelling_id
