-- C101: every area that a figure can be of, by its latest name. What it holds in which year stands in int_geography__area_member.
with

municipality as (
    select
        municipality_code,
        max_by(municipality_name, valid_from) as municipality_name
    from {{ ref("dim_municipality") }}
    where valid_from <= {{ as_of_date() }}
    group by municipality_code
),

county as (
    select
        county_code,
        max_by(county_name, valid_from) as county_name
    from {{ ref("county") }}
    where valid_from <= {{ as_of_date() }}
    group by county_code
),

area as (
    select
        'municipality' as area_level,
        municipality_code as area_code,
        municipality_name as area_name
    from municipality
    union all
    select
        'county' as area_level,
        county_code as area_code,
        county_name as area_name
    from county
    union all
    select
        'country' as area_level,
        '0' as area_code,
        'Hele landet' as area_name
)

select
    area.area_level,
    area.area_code,
    area.area_name,
    level.label_nb as level_label_nb,
    level.label_en as level_label_en,
    true as is_membership_complete,
    level.source
from area
inner join {{ ref("area_level") }} as level on area.area_level = level.area_level
