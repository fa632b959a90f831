-- D001: corrected target groups, each with whether it still applies. A later decision on overlapping days of the same household and scheme
-- contradicts an earlier one; a correction that the delivered groups have caught up with has nothing left to do.
with

delivered as (
    select
        corrections.*,
        {{ surrogate_key([
            'corrections.municipality_code', 'coalesce(leading_households.leading_household_id, corrections.household_id)'
        ]) }} as household_key
    from {{ ref('stg_decision__group_correction') }} as corrections
    inner join {{ ref('int_decisions__holding') }} as holding
        on corrections.delivery_id = holding.delivery_id and holding.entity = 'group_correction'
    left join {{ ref('int_matching__leading_household') }} as leading_households
        on
            corrections.municipality_code = leading_households.municipality_code
            and corrections.household_id = leading_households.household_id
),

households as (
    select * from {{ ref('int_households__household') }}
),

known_codes as (
    select distinct
        municipality_code,
        'local' as scheme,
        local_group_code as group_code
    from {{ ref('int_groups__mapping') }}
    union all
    select distinct
        households.municipality_code,
        schemes.scheme,
        schemes.code as group_code
    from {{ ref('target_group_scheme') }} as schemes
    cross join (select distinct municipality_code from households) as households
),

-- The delivered primary group in the words of each scheme.
primary_delivered as (
    select
        household_key,
        'local' as scheme,
        local_group_code as group_code,
        from_date as valid_from,
        to_date as valid_to
    from {{ ref('int_households__local_group') }}
    where group_rank = 1
    union all
    select
        household_key,
        scheme,
        group_code,
        valid_from,
        valid_to
    from {{ ref('int_households__mapped_group') }}
    where group_rank = 1
),

-- The register of refugees goes before the delivered groups (C31): there a correction is never idle.
in_refugee_register as (
    select distinct household_key
    from {{ ref('int_households__contract_holder') }}
    where settlement_date is not null
),

contradicted as (
    select distinct
        earlier.municipality_code,
        earlier.decision_id
    from delivered as earlier
    inner join delivered as later
        on
            earlier.household_key = later.household_key
            and earlier.scheme = later.scheme
    where
        earlier.from_date < {{ open_end('later.to_date') }}
        and later.from_date < {{ open_end('earlier.to_date') }}
        and (earlier.decided_at, earlier.decision_id) < (later.decided_at, later.decision_id)
),

already_right as (
    select distinct
        delivered.municipality_code,
        delivered.decision_id
    from delivered
    inner join primary_delivered
        on
            delivered.household_key = primary_delivered.household_key
            and delivered.scheme = primary_delivered.scheme
            and delivered.group_code = primary_delivered.group_code
            and delivered.from_date >= primary_delivered.valid_from
            and {{ open_end('delivered.to_date') }} <= {{ open_end('primary_delivered.valid_to') }}
    anti join in_refugee_register on delivered.household_key = in_refugee_register.household_key
)

select
    delivered.municipality_code,
    delivered.decision_id,
    'D001' as rule_id,
    delivered.household_key,
    delivered.household_id,
    delivered.scheme,
    delivered.group_code,
    delivered.from_date,
    delivered.to_date,
    delivered.decided_by,
    delivered.decided_at,
    case
        when households.household_key is null then 'key_gone'
        when contradicted.decision_id is not null then 'contradicted'
        when known_codes.group_code is null then 'unknown_group'
        when already_right.decision_id is not null then 'already_right'
    end as no_longer_because,
    delivered.delivery_id,
    delivered.line_number
from delivered
left join households on delivered.household_key = households.household_key
left join contradicted
    on delivered.municipality_code = contradicted.municipality_code and delivered.decision_id = contradicted.decision_id
left join already_right
    on delivered.municipality_code = already_right.municipality_code and delivered.decision_id = already_right.decision_id
left join known_codes
    on
        delivered.municipality_code = known_codes.municipality_code
        and delivered.scheme = known_codes.scheme
        and delivered.group_code = known_codes.group_code
