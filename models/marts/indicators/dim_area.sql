-- C101: every area that a figure can be of, by its latest name. What it holds in which year stands in int_geography__area_member.
with

municipality as (
    select
        municipality_code,
        max_by(municipality_name, valid_from) as municipality_name,
        bool_or(is_current) as is_current
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

size_class as (
    select * from {{ ref("size_class") }}
),

programme as (
    select
        area_code,
        label_nb,
        label_en
    from {{ ref("area_group") }}
    where area_level = 'programme' and area_code in ('programme', 'none')
),

peer_set as (
    select distinct
        peer_set,
        label_nb,
        source
    from {{ ref("peer_set") }}
),

area as (
    select
        'municipality' as area_level,
        municipality_code as area_code,
        municipality_name as area_name,
        true as is_area_complete,
        cast(null as varchar) as source
    from municipality
    union all
    select
        'municipality_today' as area_level,
        municipality_code as area_code,
        municipality_name as area_name,
        true as is_area_complete,
        null as source
    from municipality
    where is_current
    union all
    select
        'county' as area_level,
        county_code as area_code,
        county_name as area_name,
        true as is_area_complete,
        null as source
    from county
    union all
    select
        'country' as area_level,
        '0' as area_code,
        'Hele landet' as area_name,
        true as is_area_complete,
        null as source
    union all
    select
        'country_without_oslo' as area_level,
        '0-0301' as area_code,
        'Hele landet uten Oslo' as area_name,
        true as is_area_complete,
        null as source
    union all
    select
        'size_' || scheme as area_level,
        size_class as area_code,
        label_nb || ' kommuner' as area_name,
        true as is_area_complete,
        source
    from size_class
    union all
    select
        'size_programme' as area_level,
        size_class.size_class || '_' || programme.area_code as area_code,
        size_class.label_nb || ' kommuner, ' || lower(programme.label_nb) as area_name,
        false as is_area_complete,
        null as source
    from size_class
    cross join programme
    where size_class.scheme = 'kostra'
    union all
    select
        area_level,
        area_code,
        label_nb as area_name,
        is_area_complete,
        source
    from {{ ref("area_group") }}
    union all
    select
        'peer_set' as area_level,
        peer_set as area_code,
        label_nb as area_name,
        true as is_area_complete,
        source
    from peer_set
)

select
    area.area_level,
    area.area_code,
    area.area_name,
    level.label_nb as level_label_nb,
    level.label_en as level_label_en,
    area.is_area_complete,
    coalesce(area.source, level.source) as source
from area
inner join {{ ref("area_level") }} as level on area.area_level = level.area_level
