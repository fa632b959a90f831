-- C12: inhabitants on 31 December, that is 1 January of the year after; they stand under the line in every vintage.
with inhabitant as (
    select
        municipality_code,
        year - 1 as year,
        persons,
        status = 'estimated' as is_estimated,
        method
    from {{ ref("fct_population") }}
    where age_group = 'all'
)

select
    {{ measure(
        "inhabitants", "persons",
        status="case when is_estimated then 'estimated' else 'observed' end",
        method="case when is_estimated then method else 'counted' end",
        vintage="'all'",
    ) }}
from inhabitant
