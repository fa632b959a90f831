-- D002: tenancies that somebody has said are two, though two offices registered them alike: the one with the larger id is held apart from
-- all others in the dwelling (C02). The last word on a pair counts, in whatever order its keys stand.
with

decided as (
    select
        match_decisions.municipality_code,
        least(match_decisions.first_local_id, match_decisions.second_local_id) as smaller_id,
        greatest(match_decisions.first_local_id, match_decisions.second_local_id) as larger_id,
        match_decisions.verdict,
        'D002' as rule_id
    from {{ ref('stg_decision__match_decision') }} as match_decisions
    inner join {{ ref('int_decisions__holding') }} as holding
        on match_decisions.delivery_id = holding.delivery_id and holding.entity = 'match_decision'
    where match_decisions.subject = 'tenancy'
    qualify row_number() over (
        partition by
            match_decisions.municipality_code,
            least(match_decisions.first_local_id, match_decisions.second_local_id),
            greatest(match_decisions.first_local_id, match_decisions.second_local_id)
        order by match_decisions.decided_at desc, match_decisions.decision_id desc
    ) = 1
),

tenancies as (
    select * from {{ ref('int_tenancies__latest') }}
)

select
    larger.tenancy_key,
    any_value(decided.rule_id) as rule_id
from decided
inner join tenancies as smaller
    on decided.municipality_code = smaller.municipality_code and decided.smaller_id = smaller.tenancy_id
inner join tenancies as larger
    on
        decided.municipality_code = larger.municipality_code
        and decided.larger_id = larger.tenancy_id
        and smaller.dwelling_key = larger.dwelling_key
where decided.verdict = 'rejected' and decided.smaller_id <> decided.larger_id
group by larger.tenancy_key
