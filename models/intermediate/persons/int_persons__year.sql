-- Persons of each municipality, source and year, as its last delivery of that year tells them, with the one number that links them.
with

-- Several extracts of one source live side by side: the last delivery of each counts.
last_delivery as (
    select
        delivery.delivery_id,
        delivery_file.entity,
        {{ year_of('delivery.period_end') }} as year
    from {{ source('raw', 'delivery') }} as delivery
    inner join {{ source('raw', 'delivery_file') }} as delivery_file on delivery.delivery_id = delivery_file.delivery_id
    where delivery.is_current
    group by delivery.delivery_id, delivery.source, delivery.supplier, delivery.extract, delivery.period_end, delivery_file.entity
    qualify row_number() over (
        partition by delivery.source, delivery.supplier, delivery.extract, delivery_file.entity, {{ year_of('delivery.period_end') }}
        order by delivery.period_end desc, delivery.delivery_id desc
    ) = 1
),

person_row as (
    {% for source_name, entity, person, local_id, has_duf in person_rows() %}
    select
        delivery_id,
        municipality_code,
        '{{ source_name }}' as source,
        '{{ entity }}' as entity,
        {{ person }}_pseudonym as pseudonym,
        {{ person }}_id_status as id_status,
        {{ person ~ '_duf_pseudonym' if has_duf else 'cast(null as varchar)' }} as duf_pseudonym
    from {{ ref('stg_' ~ source_name ~ '__' ~ entity) }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

duf_link as (
    select * from {{ ref('int_persons__duf_link') }}
),

leading_persons as (
    select * from {{ ref('int_matching__leading_person') }}
)

select
    person_row.municipality_code,
    person_row.source,
    person_row.entity,
    last_delivery.year,
    person_row.pseudonym,
    person_row.id_status,
    -- The national id where there is one, or where somebody has said whose it is (C77); else the one that the DUF number belongs to; else
    -- the DUF number itself.
    case
        when coalesce(leading_persons.leading_id_status, person_row.id_status) = 'valid'
            then coalesce(leading_persons.leading_pseudonym, person_row.pseudonym)
        else coalesce(duf_link.person_pseudonym, person_row.duf_pseudonym)
    end as linking_pseudonym,
    case
        when person_row.id_status = 'valid' then 'national_id'
        when leading_persons.leading_id_status = 'valid' then 'decision'
        when duf_link.person_pseudonym is not null then 'duf_with_national_id'
        when person_row.duf_pseudonym is not null then 'duf_alone'
    end as linked_by,
    cast(count(*) as integer) as row_count
from person_row
inner join last_delivery on person_row.delivery_id = last_delivery.delivery_id and person_row.entity = last_delivery.entity
left join duf_link on person_row.duf_pseudonym = duf_link.duf_pseudonym
left join leading_persons on person_row.pseudonym = leading_persons.person_pseudonym
group by all
