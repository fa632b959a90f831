-- The physical unit as it was last delivered. One protected address hides the address of the whole unit: it is the same door.
with

dwellings as (
    select *
    from {{ ref('int_dwellings__delivered') }}
    where is_last
),

versions as (
    select * from {{ ref('int_dwellings__version') }}
),

described as (
    select * from {{ ref('int_geography__described') }}
),

protection as (
    select
        municipality_code,
        unit_id,
        bool_or(is_secret_address) as is_secret_address
    from dwellings
    group by municipality_code, unit_id
),

disposed_of as (
    select
        versions.unit_key,
        count(*) as dwelling_count
    from versions
    inner join described on versions.municipality_code = described.municipality_code
    where
        versions.is_in_stock
        and not described.is_ended
        and {{ on_day(as_of_date(), 'versions.valid_from', 'versions.valid_to') }}
    group by versions.unit_key
),

latest as (
    select *
    from dwellings
    qualify row_number() over (partition by municipality_code, unit_id order by delivery_number desc, dwelling_id) = 1
),

units as (
    select
        {{ surrogate_key(['latest.municipality_code', 'latest.unit_id']) }} as unit_key,
        latest.municipality_code,
        latest.unit_id,
        protection.is_secret_address,
        case when not protection.is_secret_address then latest.unit_number end as unit_number,
        case when not protection.is_secret_address then latest.address end as address,
        case when not protection.is_secret_address then latest.postal_code end as postal_code,
        case when not protection.is_secret_address then latest.building_id end as building_id,
        case when not protection.is_secret_address then latest.cadastre_id end as cadastre_id
    from latest
    inner join protection on latest.municipality_code = protection.municipality_code and latest.unit_id = protection.unit_id
)

select
    units.*,
    cast(coalesce(disposed_of.dwelling_count, 0) as integer) as current_dwelling_count
from units
left join disposed_of on units.unit_key = disposed_of.unit_key
