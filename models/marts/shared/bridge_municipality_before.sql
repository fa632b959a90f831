-- C176: a municipality in a year and the codes that its area had the year before, for comparing a year with the one before it.
with

predecessor as (
    select * from {{ ref("int_geography__predecessor") }}
),

municipality as (
    select * from {{ ref("dim_municipality") }}
)

select
    predecessor.municipality_code,
    predecessor.year,
    predecessor.code_before,
    municipality.municipality_name as name_before,
    predecessor.is_whole,
    predecessor.has_same_borders
from predecessor
inner join municipality
    on
        predecessor.code_before = municipality.municipality_code
        and {{ on_day(last_of_year("predecessor.year - 1"), "municipality.valid_from", "municipality.valid_to") }}
