-- Every decision that stands, of every kind, with what became of it: applied, and to how many rows, or no longer applying and why.
with

deviations as (
    select * from {{ ref('int_decisions__accepted_deviation') }}
),

-- A deviation that no issue of the rule is left of has been mended.
still_there as (
    select
        deviations.municipality_code,
        deviations.decision_id,
        cast(count(*) as integer) as issue_count
    from deviations
    inner join {{ ref('fct_quality_issue') }} as issues
        on
            deviations.municipality_code = issues.supplier
            and deviations.accepted_rule_id = issues.rule_id
            and coalesce(deviations.local_id, issues.local_id, '') = coalesce(issues.local_id, '')
    group by deviations.municipality_code, deviations.decision_id
),

corrections as (
    select * from {{ ref('int_decisions__group_correction') }}
),

-- Periods of the household, one for each scheme, that have their group by a correction and lie in the days of this one.
corrected as (
    select
        corrections.municipality_code,
        corrections.decision_id,
        cast(count(*) as integer) as period_count
    from corrections
    inner join {{ ref('int_households__group_period') }} as periods
        on
            corrections.household_key = periods.household_key
            and corrections.rule_id = periods.rule
            and {{ on_day('periods.valid_from', 'corrections.from_date', 'corrections.to_date') }}
    where corrections.scheme in ('local', periods.scheme)
    group by corrections.municipality_code, corrections.decision_id
),

decisions as (
    select
        'group_correction' as kind,
        corrections.municipality_code,
        corrections.decision_id,
        corrections.rule_id,
        'household' as subject,
        corrections.household_key,
        cast(null as varchar) as verdict,
        corrections.scheme,
        corrections.group_code,
        cast(null as varchar) as accepted_rule_id,
        corrections.household_id as local_id,
        corrections.from_date as valid_from,
        corrections.to_date as valid_to,
        corrections.decided_by,
        corrections.decided_at,
        corrections.no_longer_because,
        corrected.period_count as changed_row_count,
        corrections.delivery_id,
        corrections.line_number
    from corrections
    left join corrected
        on corrections.municipality_code = corrected.municipality_code and corrections.decision_id = corrected.decision_id
    union all
    select
        'match_decision' as kind,
        municipality_code,
        decision_id,
        rule_id,
        subject,
        cast(null as {{ key_type() }}) as household_key,
        verdict,
        cast(null as varchar) as scheme,
        cast(null as varchar) as group_code,
        cast(null as varchar) as accepted_rule_id,
        first_local_id || ' ' || second_local_id as local_id,
        decided_at as valid_from,
        cast(null as date) as valid_to,
        decided_by,
        decided_at,
        no_longer_because,
        changed_row_count,
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
        cast(null as {{ key_type() }}) as household_key,
        cast(null as varchar) as verdict,
        cast(null as varchar) as scheme,
        cast(null as varchar) as group_code,
        deviations.accepted_rule_id,
        deviations.local_id,
        deviations.decided_at as valid_from,
        {{ add_days('deviations.accepted_until', 1) }} as valid_to,
        deviations.decided_by,
        deviations.decided_at,
        case
            when deviations.is_expired then 'expired'
            when still_there.decision_id is null then 'already_right'
        end as no_longer_because,
        still_there.issue_count as changed_row_count,
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
    case when no_longer_because is not null then 'no_longer_applies' else 'applied' end as state,
    no_longer_because,
    cast(case when no_longer_because is null then coalesce(changed_row_count, 0) else 0 end as integer) as changed_row_count,
    delivery_id,
    line_number
from decisions
