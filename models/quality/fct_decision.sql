-- Every decision that stands, of every kind, with what became of it: applied, kept for later, or no longer applying and why.
with

deviations as (
    select * from {{ ref('int_decisions__accepted_deviation') }}
),

-- A deviation that no issue of the rule is left of has been mended.
still_there as (
    select distinct
        deviations.municipality_code,
        deviations.decision_id
    from deviations
    inner join {{ ref('fct_quality_issue') }} as issues
        on
            deviations.municipality_code = issues.supplier
            and deviations.accepted_rule_id = issues.rule_id
            and coalesce(deviations.local_id, issues.local_id, '') = coalesce(issues.local_id, '')
),

decisions as (
    select
        'group_correction' as kind,
        municipality_code,
        decision_id,
        rule_id,
        'household' as subject,
        household_key,
        cast(null as varchar) as verdict,
        scheme,
        group_code,
        cast(null as varchar) as accepted_rule_id,
        household_id as local_id,
        from_date as valid_from,
        to_date as valid_to,
        decided_by,
        decided_at,
        true as is_used,
        no_longer_because,
        delivery_id,
        line_number
    from {{ ref('int_decisions__group_correction') }}
    union all
    select
        'match_decision' as kind,
        municipality_code,
        decision_id,
        rule_id,
        subject,
        cast(null as varchar) as household_key,
        verdict,
        cast(null as varchar) as scheme,
        cast(null as varchar) as group_code,
        cast(null as varchar) as accepted_rule_id,
        first_local_id || ' ' || second_local_id as local_id,
        decided_at as valid_from,
        cast(null as date) as valid_to,
        decided_by,
        decided_at,
        is_used,
        no_longer_because,
        delivery_id,
        line_number
    from {{ ref('int_decisions__match') }}
    union all
    select
        'accepted_deviation' as kind,
        deviations.municipality_code,
        deviations.decision_id,
        deviations.rule_id,
        'issue' as subject,
        cast(null as varchar) as household_key,
        cast(null as varchar) as verdict,
        cast(null as varchar) as scheme,
        cast(null as varchar) as group_code,
        deviations.accepted_rule_id,
        deviations.local_id,
        deviations.decided_at as valid_from,
        {{ add_days('deviations.accepted_until', 1) }} as valid_to,
        deviations.decided_by,
        deviations.decided_at,
        true as is_used,
        case
            when deviations.is_expired then 'expired'
            when still_there.decision_id is null then 'already_right'
        end as no_longer_because,
        deviations.delivery_id,
        deviations.line_number
    from deviations
    left join still_there
        on deviations.municipality_code = still_there.municipality_code and deviations.decision_id = still_there.decision_id
)

select
    {{ surrogate_key(['kind', 'municipality_code', 'decision_id']) }} as decision_key,
    municipality_code,
    kind,
    decision_id,
    rule_id,
    subject,
    household_key,
    verdict,
    scheme,
    group_code,
    accepted_rule_id,
    local_id,
    valid_from,
    valid_to,
    decided_by,
    decided_at,
    case
        when no_longer_because is not null then 'no_longer_applies'
        when is_used then 'applied'
        else 'kept'
    end as state,
    no_longer_because,
    delivery_id,
    line_number
from decisions
