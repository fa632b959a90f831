-- C101: every measure is of a municipality that existed in the year, so that no figure is lost on the way to its areas: no district of
-- Oslo, no code before or after its days, no year before those that areas are described for. What stands under every vintage is of the
-- day after.
with

measured as (
    select distinct
        municipality_code,
        year
    from {{ ref("int_indicators__measure") }}
    where vintage <> 'all'
),

municipality as (
    select
        municipality_code,
        year
    from {{ ref("int_geography__area_member") }}
    where area_level = 'municipality'
)

select
    'a measure of a municipality of the year' as rule,
    count(*) as failing_rows
from measured
where
    not exists (
        select 1
        from municipality
        where municipality.municipality_code = measured.municipality_code and municipality.year = measured.year
    )
having count(*) > 0
