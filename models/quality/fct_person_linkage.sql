-- How far the persons of one register are found in the others of the same municipality and year, and why not.
with

persons as (
    select * from {{ ref('int_persons__year') }}
),

delivered as (
    select * from {{ ref('int_persons__delivered') }}
),

other_source as (
    {% for name in person_rows() | map(attribute=0) | unique %}
    select '{{ name }}' as source
    {{ "union all" if not loop.last }}
    {% endfor %}
),

-- One row for each person of a source, whichever of its files it stands in.
known as (
    select distinct
        municipality_code,
        source,
        year,
        linking_pseudonym
    from persons
    where linking_pseudonym is not null
),

compared as (
    select
        persons.municipality_code,
        persons.source,
        persons.entity,
        persons.year,
        other_source.source as other_source,
        persons.pseudonym,
        persons.linking_pseudonym,
        persons.linked_by,
        persons.row_count,
        case
            when persons.linking_pseudonym is null then 'id_' || persons.id_status
            when known.linking_pseudonym is not null then 'joined'
            when delivered.source is null then 'other_not_delivered'
            when persons.linked_by = 'duf_alone' then 'duf_alone_not_in_other'
            else 'not_in_other'
        end as outcome
    from persons
    inner join other_source on persons.source <> other_source.source
    left join known
        on
            persons.municipality_code = known.municipality_code
            and persons.year = known.year
            and other_source.source = known.source
            and persons.linking_pseudonym = known.linking_pseudonym
    left join delivered
        on
            persons.municipality_code = delivered.municipality_code
            and persons.year = delivered.year
            and other_source.source = delivered.source
)

select
    municipality_code,
    source,
    entity,
    cast(year as integer) as year,
    other_source,
    outcome,
    cast(sum(row_count) as integer) as row_count,
    cast(count(distinct coalesce(linking_pseudonym, pseudonym)) as integer) as person_count,
    cast(coalesce(sum(row_count) filter (where linked_by like 'duf%'), 0) as integer) as by_duf_row_count
from compared
group by municipality_code, source, entity, year, other_source, outcome
