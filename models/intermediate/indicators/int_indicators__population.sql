-- C12: inhabitants on 31 December, that is 1 January of the year after; they stand under the line in every vintage.
with

populations as (
    select * from {{ ref("fct_population") }}
),

inhabitant as (
    select
        municipality_code,
        year - 1 as year,
        age_group,
        persons,
        case status when 'estimated' then 'estimated' else 'observed' end as status,
        case status when 'estimated' then method else 'counted' end as method
    from populations
)

select {{ measure("inhabitants", "persons", status="status", method="method", vintage="'all'") }}
from inhabitant
where age_group = 'all'
union all
select {{ measure(
    "inhabitants", "persons", breakdown="age_population", code="age_group", status="status", method="method", vintage="'all'"
) }}
from inhabitant
where age_group <> 'all'
