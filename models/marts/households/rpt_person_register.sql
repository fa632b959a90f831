-- C49: how many persons each combination of registers knows, with those who do not link apart.
with persons as (
    select * from {{ ref('fct_person_register') }}
),

combinations as (
    select
        municipality_code,
        year,
        link,
        link_label_nb,
        combination_code,
        combination_label_nb,
        register_count,
        delivered_register_count,
        is_known_to_one_register,
        cast(count(*) as integer) as person_count
    from persons
    group by all
)

select
    municipality_code,
    year,
    link,
    link_label_nb,
    combination_code,
    combination_label_nb,
    register_count,
    delivered_register_count,
    is_known_to_one_register,
    person_count,
    cast(sum(person_count) over (partition by municipality_code, year, link) as integer) as person_total_count
from combinations
