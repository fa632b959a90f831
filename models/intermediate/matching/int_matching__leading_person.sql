-- C77: pseudonyms of persons that somebody has said are one. The one with a valid id leads, of several that of the smallest household id
-- and member number; the others are taken for it wherever they stand.
with recursive

same as (
    select * from {{ ref('int_decisions__same') }}
    where subject = 'person'
),

named_rows as (
    select
        members.*,
        same.local_id
    from {{ ref('stg_municipal__household_member') }} as members
    inner join same
        on
            members.municipality_code = same.municipality_code
            and members.household_id || '/' || members.member_number = same.local_id
),

named as (
    select *
    from named_rows
    {{ latest_known(['municipality_code', 'local_id']) }}
),

-- Persons are the same in every municipality, so that chains may run through several.
pairs as (
    select
        'person' as subject,
        smaller.person_pseudonym as first_pseudonym,
        larger.person_pseudonym as second_pseudonym
    from {{ ref('int_decisions__pair') }} as decided
    inner join named as smaller on decided.municipality_code = smaller.municipality_code and decided.smaller_id = smaller.local_id
    inner join named as larger on decided.municipality_code = larger.municipality_code and decided.larger_id = larger.local_id
    where decided.subject = 'person' and decided.is_standing and decided.verdict = 'confirmed'
),

{{ components('pairs', ['subject'], 'first_pseudonym', 'second_pseudonym') }},

leaders as (
    select
        component.component_id,
        named.person_pseudonym as leading_pseudonym,
        named.person_id_status as leading_id_status
    from component
    inner join named on component.member = named.person_pseudonym
    qualify row_number() over (
        partition by component.component_id
        order by (named.person_id_status = 'valid') desc, named.municipality_code, named.local_id
    ) = 1
)

select
    component.member as person_pseudonym,
    leaders.leading_pseudonym,
    leaders.leading_id_status
from component
inner join leaders on component.component_id = leaders.component_id
where component.member <> leaders.leading_pseudonym
