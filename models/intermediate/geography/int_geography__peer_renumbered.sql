-- C101: the other codes of the members of a set of peers, in the years in which these hold: codes before and after a renumbering that
-- changed nothing but the code. Who merged or was split apart is not followed.
with

one_to_one as (
    select
        municipality_code,
        year,
        current_code
    from {{ ref("int_geography__conversion") }}
    where kind in ('same', 'renamed') and year >= {{ first_figure_year() }}
),

peer_set as (
    select
        peer_set,
        municipality_code
    from {{ ref("peer_set") }}
)

select distinct
    peer_set.peer_set,
    renumbered.municipality_code,
    renumbered.year
from peer_set
inner join one_to_one as listed on peer_set.municipality_code = listed.municipality_code
inner join one_to_one as renumbered on listed.current_code = renumbered.current_code
left join peer_set as listed_too
    on peer_set.peer_set = listed_too.peer_set and renumbered.municipality_code = listed_too.municipality_code
where listed_too.municipality_code is null
