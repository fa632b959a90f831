-- C88: the groups that the dwellings reserved with some words are for, in every municipality. A municipality that explains a word itself
-- explains it alone: the common rows for that word do not hold there.
with reservations as (
    select * from {{ ref('reservation_group') }}
),

municipalities as (
    select municipality_code from {{ ref('int_geography__described') }}
),

explained as (
    select
        municipalities.municipality_code,
        reservations.reserved_for,
        reservations.group_code,
        reservations.municipality_code <> '*' as is_own,
        bool_or(reservations.municipality_code <> '*') over (
            partition by municipalities.municipality_code, reservations.reserved_for
        ) as has_own
    from municipalities
    inner join reservations on reservations.municipality_code in ('*', municipalities.municipality_code)
)

select
    municipality_code,
    reserved_for,
    list(group_code order by group_code) as group_codes
from explained
where is_own = has_own
group by municipality_code, reserved_for
