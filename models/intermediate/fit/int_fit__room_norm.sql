-- C85: the room norm of every municipality by number of persons, its own rows before those for all. A row holds up to the next.
with norms as (
    select * from {{ ref('room_norm') }}
),

municipalities as (
    select municipality_code from {{ ref('int_geography__described') }}
),

decided as (
    select
        municipalities.municipality_code,
        norms.person_count,
        arg_max(norms.least_room_count, norms.municipality_code <> '*') as least_room_count,
        arg_max(norms.most_room_count, norms.municipality_code <> '*') as most_room_count
    from municipalities
    inner join norms on norms.municipality_code in ('*', municipalities.municipality_code)
    group by municipalities.municipality_code, norms.person_count
)

select
    municipality_code,
    person_count as person_count_from,
    lead(person_count) over (partition by municipality_code order by person_count) as person_count_below,
    least_room_count,
    most_room_count
from decided
