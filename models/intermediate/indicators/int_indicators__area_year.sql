-- C101, C102: every area and year under a small number, with its name in that year, how many municipalities it holds, and whether all of
-- them can be given to it: a municipality that was split without a weight cannot.
with

counted as (
    select
        area_level,
        area_code,
        year,
        count(*) as municipality_total_count,
        count(*) = count(weight) as is_convertible,
        count(*) = 1 and min(weight) = 1 as is_single
    from {{ ref("int_geography__area_member") }}
    group by area_level, area_code, year
),

-- Names that held in the year, where they have changed.
name_of_year as (
    select
        counted.area_level,
        counted.area_code,
        counted.year,
        municipality.municipality_name as area_name
    from counted
    inner join {{ ref("dim_municipality") }} as municipality
        on
            counted.area_level = 'municipality'
            and counted.area_code = municipality.municipality_code
            and {{ on_day(last_of_year("counted.year"), "municipality.valid_from", "municipality.valid_to") }}
    union all
    select
        counted.area_level,
        counted.area_code,
        counted.year,
        county.county_name as area_name
    from counted
    inner join {{ ref("county") }} as county
        on
            counted.area_level = 'county'
            and counted.area_code = county.county_code
            and {{ on_day(last_of_year("counted.year"), "county.valid_from", "county.valid_to") }}
)

select
    cast(row_number() over (order by counted.area_level, counted.area_code, counted.year) as integer) as area_year_id,
    counted.area_level,
    counted.area_code,
    coalesce(name_of_year.area_name, area.area_name) as area_name,
    counted.year,
    cast(counted.municipality_total_count as integer) as municipality_total_count,
    counted.is_convertible,
    counted.is_single
from counted
left join name_of_year
    on
        counted.area_level = name_of_year.area_level
        and counted.area_code = name_of_year.area_code
        and counted.year = name_of_year.year
left join {{ ref("dim_area") }} as area on counted.area_level = area.area_level and counted.area_code = area.area_code
