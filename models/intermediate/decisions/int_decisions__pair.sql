-- What somebody has said of two keys (C75): the last word on each pair, whether both keys are known, and whether the word stands beside
-- the others. Chains of confirmed pairs make one group; where a rejected pair lies inside, nothing that was said of the group holds (T019).
with recursive

delivered as (
    select
        match_decisions.*,
        least(match_decisions.first_local_id, match_decisions.second_local_id) as smaller_id,
        greatest(match_decisions.first_local_id, match_decisions.second_local_id) as larger_id
    from {{ ref('stg_decision__match_decision') }} as match_decisions
    inner join {{ ref('int_decisions__holding') }} as holding
        on match_decisions.delivery_id = holding.delivery_id and holding.entity = 'match_decision'
),

named as (
    select
        municipality_code,
        subject,
        smaller_id as local_id
    from delivered
    union
    select
        municipality_code,
        subject,
        larger_id as local_id
    from delivered
),

-- Only keys that a decision names are looked up: there are few of them.
known as (
    select
        'dwelling' as subject,
        dwellings.municipality_code,
        dwellings.system_dwelling_id as local_id
    from {{ ref('int_matching__system_dwelling') }} as dwellings
    union
    select
        'tenancy' as subject,
        tenancies.municipality_code,
        tenancies.tenancy_id as local_id
    from {{ ref('stg_municipal__tenancy') }} as tenancies
    semi join named
        on named.subject = 'tenancy' and tenancies.municipality_code = named.municipality_code and tenancies.tenancy_id = named.local_id
    {% for entity in ['tenancy', 'household_member', 'household_group', 'application'] %}
    union
    select
        'household' as subject,
        {{ entity }}.municipality_code,
        {{ entity }}.household_id as local_id
    from {{ ref('stg_municipal__' ~ entity) }} as {{ entity }}
    semi join named
        on
            named.subject = 'household'
            and {{ entity }}.municipality_code = named.municipality_code
            and {{ entity }}.household_id = named.local_id
    {% endfor %}
    union
    select
        'person' as subject,
        members.municipality_code,
        members.household_id || '/' || members.member_number as local_id
    from {{ ref('stg_municipal__household_member') }} as members
    semi join named
        on
            named.subject = 'person'
            and members.municipality_code = named.municipality_code
            and members.household_id || '/' || members.member_number = named.local_id
),

judged as (
    select
        delivered.*,
        smaller_known.local_id is not null and larger_known.local_id is not null as is_known,
        row_number() over (
            partition by delivered.municipality_code, delivered.subject, delivered.smaller_id, delivered.larger_id
            order by delivered.decided_at desc, delivered.decision_id desc
        ) > 1 as is_contradicted
    from delivered
    left join known as smaller_known
        on
            delivered.municipality_code = smaller_known.municipality_code
            and delivered.subject = smaller_known.subject
            and delivered.smaller_id = smaller_known.local_id
    left join known as larger_known
        on
            delivered.municipality_code = larger_known.municipality_code
            and delivered.subject = larger_known.subject
            and delivered.larger_id = larger_known.local_id
),

last_word as (
    select
        *,
        is_known and not is_contradicted and smaller_id <> larger_id as is_last_word
    from judged
),

confirmed as (
    select
        municipality_code,
        subject,
        smaller_id,
        larger_id
    from last_word
    where is_last_word and verdict = 'confirmed'
),

{{ components('confirmed', ['municipality_code', 'subject'], 'smaller_id', 'larger_id') }},

placed as (
    select
        last_word.*,
        smaller.component_id,
        last_word.is_last_word and smaller.component_id = larger.component_id and last_word.verdict = 'rejected' as is_against_chain
    from last_word
    left join component as smaller
        on
            last_word.municipality_code = smaller.municipality_code
            and last_word.subject = smaller.subject
            and last_word.smaller_id = smaller.member
    left join component as larger
        on
            last_word.municipality_code = larger.municipality_code
            and last_word.subject = larger.subject
            and last_word.larger_id = larger.member
),

inconsistent as (
    select distinct
        municipality_code,
        subject,
        component_id
    from placed
    where is_against_chain
),

weighed as (
    select
        placed.*,
        placed.is_last_word
        and inconsistent.component_id is not null
        and (placed.verdict = 'confirmed' or placed.is_against_chain) as is_inconsistent
    from placed
    left join inconsistent
        on
            placed.municipality_code = inconsistent.municipality_code
            and placed.subject = inconsistent.subject
            and placed.component_id = inconsistent.component_id
)

select
    municipality_code,
    decision_id,
    subject,
    first_local_id,
    second_local_id,
    smaller_id,
    larger_id,
    verdict,
    decided_by,
    decided_at,
    is_known,
    is_contradicted,
    coalesce(is_inconsistent, false) as is_inconsistent,
    is_last_word and not coalesce(is_inconsistent, false) as is_standing,
    component_id,
    delivery_id,
    line_number
from weighed
