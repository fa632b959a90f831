-- Which national id a DUF number belongs to, as pseudonyms: told by rows that give both, and by nothing else. Ids that somebody has said
-- are one person's (C77) are one.
with given_together as (
    {% for source_name, entity, person, local_id, has_duf in person_rows() if has_duf %}
    select
        {{ person }}_duf_pseudonym as duf_pseudonym,
        {{ person }}_pseudonym as person_pseudonym
    from {{ ref('stg_' ~ source_name ~ '__' ~ entity) }}
    where {{ person }}_duf_status = 'valid' and {{ person }}_id_status = 'valid'
    {{ "union" if not loop.last }}
    {% endfor %}
),

of_persons as (
    select distinct
        given_together.duf_pseudonym,
        coalesce(leading_persons.leading_pseudonym, given_together.person_pseudonym) as person_pseudonym
    from given_together
    left join {{ ref('int_matching__leading_person') }} as leading_persons
        on given_together.person_pseudonym = leading_persons.person_pseudonym
)

-- A DUF number that stands with two national ids says nothing certain.
select
    duf_pseudonym,
    min(person_pseudonym) as person_pseudonym
from of_persons
group by duf_pseudonym
having count(*) = 1
