-- C176: the codes whose area a municipality has taken over from the year before: its own where it stayed, and those that the classification
-- says were changed into it in the year. A code that was split stands under each of those that took a part of it.
with

conversion as (
    select * from {{ ref("int_geography__conversion") }}
),

changes as (
    select
        from_code,
        to_code,
        {{ year_of("change_date") }} as year
    from {{ ref("stg_klass__municipality_change") }}
    {{ latest_known(["change_date", "from_code", "to_code"]) }}
),

code_year as (
    select distinct
        municipality_code,
        year
    from conversion
    where year >= {{ first_figure_year() }}
),

stayed as (
    select
        code_year.municipality_code,
        code_year.year,
        code_year.municipality_code as code_before
    from code_year
    inner join code_year as year_before
        on code_year.municipality_code = year_before.municipality_code and code_year.year = year_before.year + 1
),

changed as (
    select
        code_year.municipality_code,
        code_year.year,
        changes.from_code as code_before
    from changes
    inner join code_year on changes.to_code = code_year.municipality_code and changes.year = code_year.year
    inner join code_year as year_before
        on changes.from_code = year_before.municipality_code and changes.year = year_before.year + 1
),

pair as (
    select * from stayed
    union
    select * from changed
),

counted as (
    select
        *,
        count(*) over (partition by code_before, year) as successor_count,
        count(*) over (partition by municipality_code, year) as predecessor_count
    from pair
)

select
    municipality_code,
    year,
    code_before,
    successor_count = 1 as is_whole,
    successor_count = 1 and predecessor_count = 1 as has_same_borders
from counted
