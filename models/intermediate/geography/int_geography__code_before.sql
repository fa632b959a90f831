-- C143, C164: the code that a municipality had a year before: its own, or the one that was renumbered to it and nothing else. What was
-- merged or split into a new code has none.
with

conversion as (
    select * from {{ ref("int_geography__conversion") }}
),

border as (
    select * from {{ ref("int_geography__border") }}
    where area_level = 'municipality'
),

code_year as (
    select distinct
        municipality_code,
        year
    from conversion
),

one_to_one as (
    select
        municipality_code,
        year,
        current_code
    from conversion
    where kind in ('same', 'renamed')
)

select
    code_year.municipality_code,
    code_year.year,
    code_year.municipality_code as code_before,
    coalesce(border.border_number, 0) = coalesce(border_before.border_number, 0) as has_same_borders
from code_year
inner join code_year as year_before
    on code_year.municipality_code = year_before.municipality_code and code_year.year = year_before.year + 1
left join border on code_year.municipality_code = border.area_code and code_year.year = border.year
left join border as border_before
    on code_year.municipality_code = border_before.area_code and code_year.year = border_before.year + 1

union all

select
    one_to_one.municipality_code,
    one_to_one.year,
    year_before.municipality_code as code_before,
    true as has_same_borders
from one_to_one
inner join one_to_one as year_before
    on one_to_one.current_code = year_before.current_code and one_to_one.year = year_before.year + 1
where one_to_one.municipality_code <> year_before.municipality_code
