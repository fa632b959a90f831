-- C12: inhabitants on 31 December; they stand under the line in every vintage.
with

inhabitants as (
    select * from {{ ref("int_geography__inhabitants") }}
)

select {{ measure("inhabitants", "persons", status="status", method="method", vintage="'all'") }}
from inhabitants
where age_group = 'all'
union all
select {{ measure(
    "inhabitants", "persons", breakdown="age_population", code="age_group", status="status", method="method", vintage="'all'"
) }}
from inhabitants
where age_group <> 'all'
