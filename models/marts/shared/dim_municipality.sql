-- Type 2: one row for each version of a municipality in the official classification.
with

versions as (
    select *
    from {{ ref('stg_klass__municipality_version') }}
    where code <> '9999'
    {{ latest_known(['code', 'valid_from']) }}
),

-- A version's county is that of its last day: a code keeps its county, only the county's name may change.
counties as (
    select * from {{ ref('county') }}
)

select
    {{ surrogate_key(['versions.code', 'versions.valid_from']) }} as municipality_key,
    versions.code as municipality_code,
    versions.name as municipality_name,
    versions.valid_from,
    versions.valid_to,
    {{ on_day(as_of_date(), 'versions.valid_from', 'versions.valid_to') }} as is_current,
    current_code.current_code,
    left(versions.code, 2) as county_code,
    counties.county_name
from versions
left join {{ ref('int_geography__successor') }} as current_code
    on
        versions.code = current_code.municipality_code
        and versions.valid_from = current_code.valid_from
        and current_code.weight = 1
left join counties
    on
        left(versions.code, 2) = counties.county_code
        and {{ on_day(add_days(open_end('versions.valid_to'), -1), 'counties.valid_from', 'counties.valid_to') }}
