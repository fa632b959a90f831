-- C143, C164: the code that a municipality had a year before: its own, or the one that was renumbered to it and nothing else. What was
-- merged or split into a new code has none.
with predecessor as (
    select * from {{ ref("int_geography__predecessor") }}
)

select
    municipality_code,
    year,
    code_before,
    has_same_borders
from predecessor
where has_same_borders or code_before = municipality_code
