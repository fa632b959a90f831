-- Confirmed and rejected matches, each with whether it still applies. Rejected tenancies are held apart at once (D002); the others are
-- kept for the matching of dwellings, households and persons.
with

delivered as (
    select
        match_decisions.*,
        least(match_decisions.first_local_id, match_decisions.second_local_id) as smaller_id,
        greatest(match_decisions.first_local_id, match_decisions.second_local_id) as larger_id
    from {{ ref('stg_decision__match_decision') }} as match_decisions
    inner join {{ ref('int_decisions__holding') }} as holding
        on match_decisions.delivery_id = holding.delivery_id and holding.entity = 'match_decision'
),

tenancies as (
    select * from {{ ref('int_tenancies__latest') }}
),

known as (
    select
        'dwelling' as subject,
        municipality_code,
        dwelling_id as local_id
    from {{ ref('int_dwellings__version') }}
    union
    select
        'tenancy' as subject,
        municipality_code,
        tenancy_id as local_id
    from tenancies
    union
    select
        'household' as subject,
        municipality_code,
        household_id as local_id
    from {{ ref('int_households__household') }}
    union
    select
        'person' as subject,
        municipality_code,
        household_id || '/' || member_number as local_id
    from {{ ref('int_households__member') }}
),

judged as (
    select
        delivered.*,
        row_number() over (
            partition by delivered.municipality_code, delivered.subject, delivered.smaller_id, delivered.larger_id
            order by delivered.decided_at desc, delivered.decision_id desc
        ) > 1 as is_contradicted
    from delivered
),

-- Two tenancies of different dwellings or days would never be taken for one.
never_alike as (
    select
        judged.municipality_code,
        judged.decision_id
    from judged
    inner join tenancies as smaller
        on judged.municipality_code = smaller.municipality_code and judged.smaller_id = smaller.tenancy_id
    inner join tenancies as larger
        on judged.municipality_code = larger.municipality_code and judged.larger_id = larger.tenancy_id
    where
        judged.subject = 'tenancy'
        and judged.verdict = 'rejected'
        and (
            smaller.dwelling_key <> larger.dwelling_key
            or smaller.start_date >= {{ open_end('larger.end_date') }}
            or larger.start_date >= {{ open_end('smaller.end_date') }}
        )
)

select
    judged.municipality_code,
    judged.decision_id,
    'D002' as rule_id,
    judged.subject,
    judged.first_local_id,
    judged.second_local_id,
    judged.verdict,
    judged.decided_by,
    judged.decided_at,
    judged.subject = 'tenancy' and judged.verdict = 'rejected' as is_used,
    case
        when first_known.local_id is null or second_known.local_id is null then 'key_gone'
        when judged.is_contradicted then 'contradicted'
        when never_alike.decision_id is not null then 'already_right'
    end as no_longer_because,
    judged.delivery_id,
    judged.line_number
from judged
left join known as first_known
    on
        judged.subject = first_known.subject
        and judged.municipality_code = first_known.municipality_code
        and judged.first_local_id = first_known.local_id
left join known as second_known
    on
        judged.subject = second_known.subject
        and judged.municipality_code = second_known.municipality_code
        and judged.second_local_id = second_known.local_id
left join never_alike on judged.municipality_code = never_alike.municipality_code and judged.decision_id = never_alike.decision_id
