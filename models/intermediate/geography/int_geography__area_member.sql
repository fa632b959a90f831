-- C101, C102: which municipality, under its code of the year, belongs to which area in which year. What exists on 31 December counts.
-- Groups that are known for the municipalities of today hold what has become them whole; what was split apart is in none of them.
with

series_year as (
    select cast(number as integer) as year
    from {{ int_series(first_figure_year(), year_of(as_of_date()), "number") }}
),

existing as (
    select
        municipality.municipality_code,
        series_year.year,
        municipality.county_code
    from series_year
    inner join {{ ref("dim_municipality") }} as municipality
        on {{ on_day(last_of_year("series_year.year"), "municipality.valid_from", "municipality.valid_to") }}
),

conversion as (
    select
        municipality_code,
        year,
        current_code,
        weight
    from {{ ref("int_geography__conversion") }}
    where year >= {{ first_figure_year() }}
),

-- C12: the inhabitants of 31 December decide the class of size.
size_class as (
    select
        'size_' || scheme as area_level,
        size_class as area_code,
        municipality_code,
        year
    from {{ ref("int_indicators__size_class") }}
),

group_of_today as (
    select
        'kostra_group' as area_level,
        kostra_group as area_code,
        municipality_code as current_code
    from {{ ref("municipality_class") }}
    union all
    select
        'centrality' as area_level,
        centrality as area_code,
        municipality_code as current_code
    from {{ ref("municipality_class") }}
    union all
    select
        area_level,
        area_code,
        municipality_code as current_code
    from {{ ref("area_membership") }}
),

group_of_year as (
    select
        group_of_today.area_level,
        group_of_today.area_code,
        conversion.municipality_code,
        conversion.year
    from group_of_today
    inner join conversion on group_of_today.current_code = conversion.current_code
    where conversion.weight = 1
),

whole as (
    select
        'municipality' as area_level,
        municipality_code as area_code,
        municipality_code,
        year
    from existing
    union all
    select
        'county' as area_level,
        county_code as area_code,
        municipality_code,
        year
    from existing
    union all
    select
        'country' as area_level,
        '0' as area_code,
        municipality_code,
        year
    from existing
    union all
    select
        'country_without_oslo' as area_level,
        '0-0301' as area_code,
        municipality_code,
        year
    from existing
    where municipality_code <> '0301'
    union all
    select
        size_class.area_level,
        size_class.area_code,
        size_class.municipality_code,
        size_class.year
    from size_class
    inner join existing on size_class.municipality_code = existing.municipality_code and size_class.year = existing.year
    union all
    select
        area_level,
        area_code,
        municipality_code,
        year
    from group_of_year
    union all
    select
        'size_programme' as area_level,
        size_class.area_code || '_' || group_of_year.area_code as area_code,
        group_of_year.municipality_code,
        group_of_year.year
    from group_of_year
    inner join size_class
        on group_of_year.municipality_code = size_class.municipality_code and group_of_year.year = size_class.year
    where
        group_of_year.area_level = 'programme'
        and group_of_year.area_code in ('programme', 'none')
        and size_class.area_level = 'size_kostra'
    union all
    -- A set of peers is made of codes: it holds them in the years in which they exist, and their other codes in theirs.
    select
        'peer_set' as area_level,
        peer_set.peer_set as area_code,
        peer_set.municipality_code,
        existing.year
    from {{ ref("peer_set") }} as peer_set
    inner join existing on peer_set.municipality_code = existing.municipality_code
    union all
    select
        'peer_set' as area_level,
        peer_set as area_code,
        municipality_code,
        year
    from {{ ref("int_geography__peer_renumbered") }}
)

select
    area_level,
    area_code,
    municipality_code,
    year,
    cast(1 as decimal(9, 8)) as weight
from whole
union all
select
    'municipality_today' as area_level,
    current_code as area_code,
    municipality_code,
    year,
    weight
from conversion
