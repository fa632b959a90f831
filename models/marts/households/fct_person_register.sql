-- C49: every person whom a register of the municipality knows in a year, as the register's last delivery of the year tells it, with the
-- registers that know the person.
with persons as (
    select * from {{ ref('int_persons__year') }}
),

delivered as (
    select
        municipality_code,
        year,
        {% for source_name, register, label in person_registers() %}
        bool_or(source = '{{ source_name }}') as has_{{ register }},
        {% endfor %}
        count(*) as register_count
    from {{ ref('int_persons__delivered') }}
    where
        source in (
            {% for source_name, register, label in person_registers() %}
            '{{ source_name }}'{{ "," if not loop.last }}
            {% endfor %}
        )
    group by municipality_code, year
),

-- Nobody is taken for somebody else: a row that does not link is a person of its own.
known as (
    select
        municipality_code,
        year,
        coalesce(linking_pseudonym, pseudonym) as pseudonym,
        case
            when linking_pseudonym is null then 'not_linked'
            when linked_by = 'duf_alone' then 'duf_alone'
            else 'national_id'
        end as link,
        source
    from persons
),

found as (
    select
        municipality_code,
        year,
        pseudonym,
        {% for source_name, register, label in person_registers() %}
        bool_or(source = '{{ source_name }}') as is_in_{{ register }},
        {% endfor %}
        link
    from known
    group by municipality_code, year, pseudonym, link
),

-- Of one person and year a register is one, however many of its files and rows hold the person.
counted as (
    select
        *,
        {{ count_true(person_registers() | map(attribute=1) | list, 'is_in_') }} as register_count
    from found
)

select
    counted.municipality_code,
    cast(counted.year as integer) as year,
    {{ surrogate_key(['counted.pseudonym']) }} as person_key,
    counted.link,
    {{ label_nb('person_link', 'counted.link') }} as link_label_nb,
    {% for source_name, register, label in person_registers() %}
    case when delivered.has_{{ register }} then counted.is_in_{{ register }} end as is_in_{{ register }},
    {% endfor %}
    counted.register_count,
    cast(delivered.register_count as integer) as delivered_register_count,
    concat_ws(
        '+',
        {% for source_name, register, label in person_registers() %}
        case when counted.is_in_{{ register }} then '{{ register }}' end{{ "," if not loop.last }}
        {% endfor %}
    ) as combination_code,
    concat_ws(
        ' + ',
        {% for source_name, register, label in person_registers() %}
        case when counted.is_in_{{ register }} then '{{ label }}' end{{ "," if not loop.last }}
        {% endfor %}
    ) as combination_label_nb,
    -- whose id does not link may be known to others under another key, and one register alone cannot be compared
    case when counted.link = 'national_id' and delivered.register_count > 1 then counted.register_count = 1 end as is_known_to_one_register
from counted
inner join delivered on counted.municipality_code = delivered.municipality_code and counted.year = delivered.year
