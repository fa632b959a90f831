-- C49: persons by combination of registers sum to the persons that the registers know, those who link and those who do not.
with known as (
    select
        municipality_code,
        year,
        count(distinct linking_pseudonym) as linked_count,
        count(distinct pseudonym) filter (where linking_pseudonym is null) as not_linked_count
    from {{ ref('int_persons__year') }}
    group by municipality_code, year
),

combinations as (
    select
        municipality_code,
        year,
        sum(person_count) filter (where link <> 'not_linked') as linked_count,
        sum(person_count) filter (where link = 'not_linked') as not_linked_count
    from {{ ref('rpt_person_register') }}
    group by municipality_code, year
)

select
    'persons by combination of registers' as rule,
    count(*) as failing_rows
from known
left join combinations on known.municipality_code = combinations.municipality_code and known.year = combinations.year
where
    known.linked_count is distinct from coalesce(combinations.linked_count, 0)
    or known.not_linked_count is distinct from coalesce(combinations.not_linked_count, 0)
having count(*) > 0
