-- Confirmed and rejected matches (C71, C75), each with whether it still applies and how many rows of its two keys count otherwise by it.
with

pairs as (
    select * from {{ ref('int_decisions__pair') }}
),

merged as (
    select * from {{ ref('int_tenancies__merged') }}
),

latest as (
    select * from {{ ref('int_tenancies__latest') }}
),

held_apart as (
    select * from {{ ref('int_decisions__held_apart') }}
),

leading_households as (
    select * from {{ ref('int_matching__leading_household') }}
),

leading_persons as (
    select * from {{ ref('int_matching__leading_person') }}
),

tenancy_pairs as (
    select
        pairs.municipality_code,
        pairs.decision_id,
        case
            when pairs.verdict = 'rejected' and larger_apart.tenancy_key is null then 'already_right'
            when
                pairs.verdict = 'rejected'
                and (
                    smaller.start_date >= {{ open_end('larger.end_date') }}
                    or larger.start_date >= {{ open_end('smaller.end_date') }}
                )
                then 'already_right'
            when pairs.verdict = 'confirmed' and smaller.dwelling_key <> larger.dwelling_key then 'different_dwellings'
            when pairs.verdict = 'confirmed' and smaller_merged.tenancy_id_by_rule = larger_merged.tenancy_id_by_rule then 'already_right'
        end as no_longer_because,
        case
            when pairs.verdict = 'rejected' then 1
            else cast(smaller_merged.is_merged_away as integer) + cast(larger_merged.is_merged_away as integer)
        end as changed_row_count
    from pairs
    inner join latest as smaller on pairs.municipality_code = smaller.municipality_code and pairs.smaller_id = smaller.tenancy_id
    inner join latest as larger on pairs.municipality_code = larger.municipality_code and pairs.larger_id = larger.tenancy_id
    left join merged as smaller_merged on smaller.tenancy_key = smaller_merged.tenancy_key
    left join merged as larger_merged on larger.tenancy_key = larger_merged.tenancy_key
    left join held_apart as larger_apart on larger.tenancy_key = larger_apart.tenancy_key
    where pairs.subject = 'tenancy'
),

-- A match that no rule would make needs no rejection.
dwelling_pairs as (
    select
        pairs.municipality_code,
        pairs.decision_id,
        case when pairs.verdict = 'rejected' and candidates.leading_id is null then 'already_right' end as no_longer_because,
        cast(pairs.verdict = 'rejected' as integer) as changed_row_count
    from pairs
    left join {{ ref('int_matching__candidate') }} as candidates
        on
            pairs.municipality_code = candidates.municipality_code
            and pairs.smaller_id = least(candidates.leading_id, candidates.other_id)
            and pairs.larger_id = greatest(candidates.leading_id, candidates.other_id)
    where pairs.subject = 'dwelling'
),

household_pairs as (
    select
        municipality_code,
        decision_id,
        case when verdict = 'rejected' then 'already_right' end as no_longer_because,
        0 as changed_row_count
    from pairs
    where subject = 'household'
),

members as (
    select
        municipality_code,
        household_id,
        member_number,
        household_id || '/' || member_number as local_id,
        person_pseudonym
    from {{ ref('stg_municipal__household_member') }}
    {{ latest_known(['municipality_code', 'household_id', 'member_number']) }}
),

person_pairs as (
    select
        pairs.municipality_code,
        pairs.decision_id,
        case
            when (pairs.verdict = 'confirmed') = (smaller.person_pseudonym = larger.person_pseudonym) then 'already_right'
        end as no_longer_because,
        cast(pairs.verdict = 'rejected' as integer) as changed_row_count
    from pairs
    inner join members as smaller on pairs.municipality_code = smaller.municipality_code and pairs.smaller_id = smaller.local_id
    inner join members as larger on pairs.municipality_code = larger.municipality_code and pairs.larger_id = larger.local_id
    where pairs.subject = 'person'
),

fates as (
    select * from tenancy_pairs
    union all
    select * from dwelling_pairs
    union all
    select * from household_pairs
    union all
    select * from person_pairs
),

-- Rows that stand under another key now: each row once, however many deliveries hold it.
moved as (
    select distinct
        'dwelling' as subject,
        names.municipality_code,
        names.system_dwelling_id as local_id,
        'dwelling' as entity,
        names.system_dwelling_id as row_id
    from {{ ref('int_matching__counted_dwelling') }} as names
    where not names.is_leading
    union
    select
        'dwelling' as subject,
        tenancies.municipality_code,
        names.system_dwelling_id as local_id,
        'tenancy' as entity,
        tenancies.tenancy_id as row_id
    from {{ ref('stg_municipal__tenancy') }} as tenancies
    inner join {{ ref('int_matching__dwelling_name') }} as names
        on tenancies.delivery_id = names.delivery_id and tenancies.dwelling_id = names.dwelling_id and not names.is_leading
    {% for entity, row_id in [
        ('tenancy', 'tenancy_id'),
        ('application', 'application_id'),
        ('household_member', 'member_number'),
        ('household_group', "group_rank || ' ' || from_date"),
    ] %}
    union
    select
        'household' as subject,
        entity_rows.municipality_code,
        entity_rows.household_id as local_id,
        '{{ entity }}' as entity,
        cast({{ row_id }} as varchar) as row_id
    from {{ ref('stg_municipal__' ~ entity) }} as entity_rows
    semi join leading_households
        on
            entity_rows.municipality_code = leading_households.municipality_code
            and entity_rows.household_id = leading_households.household_id
    {% endfor %}
    union
    select
        'person' as subject,
        members.municipality_code,
        members.local_id,
        'household_member' as entity,
        members.local_id as row_id
    from members
    semi join leading_persons on members.person_pseudonym = leading_persons.person_pseudonym
    {% for source_name, entity, person, row_id in [
        ('municipal', 'tenancy', 'contract_holder', 'tenancy_id'),
        ('municipal', 'application', 'applicant', 'application_id'),
        ('iplos', 'service', 'person', 'service_id'),
    ] %}
    union
    select
        'person' as subject,
        members.municipality_code,
        members.local_id,
        '{{ entity }}' as entity,
        entity_rows.{{ row_id }} as row_id
    from {{ ref('stg_' ~ source_name ~ '__' ~ entity) }} as entity_rows
    inner join leading_persons on entity_rows.{{ person }}_pseudonym = leading_persons.person_pseudonym
    inner join members on leading_persons.person_pseudonym = members.person_pseudonym
    {% endfor %}
),

moved_count as (
    select
        pairs.municipality_code,
        pairs.decision_id,
        count(*) as row_count
    from pairs
    inner join moved
        on
            pairs.subject = moved.subject
            and pairs.municipality_code = moved.municipality_code
            and moved.local_id in (pairs.smaller_id, pairs.larger_id)
    where pairs.verdict = 'confirmed'
    group by pairs.municipality_code, pairs.decision_id
),

told as (
    select
        pairs.*,
        case
            when not pairs.is_known then 'key_gone'
            when pairs.is_contradicted then 'contradicted'
            when pairs.is_inconsistent then 'inconsistent'
            when pairs.smaller_id = pairs.larger_id then 'already_right'
            else fates.no_longer_because
        end as no_longer_because,
        coalesce(fates.changed_row_count, 0) + coalesce(moved_count.row_count, 0) as changed_row_count
    from pairs
    left join fates on pairs.municipality_code = fates.municipality_code and pairs.decision_id = fates.decision_id
    left join moved_count on pairs.municipality_code = moved_count.municipality_code and pairs.decision_id = moved_count.decision_id
)

select
    municipality_code,
    decision_id,
    'D002' as rule_id,
    subject,
    first_local_id,
    second_local_id,
    verdict,
    decided_by,
    decided_at,
    no_longer_because,
    cast(case when no_longer_because is null then changed_row_count else 0 end as integer) as changed_row_count,
    delivery_id,
    line_number
from told
