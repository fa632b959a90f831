-- C73: the systems that tell of a municipality's dwellings, one for each extract (`contract` for deliveries in the contract's own form),
-- and which of them leads: the one that also delivers tenancies; else the one whose dwellings the tenancies name; else the one that tells
-- of the latest day; else the first by name.
with

deliveries as (
    select
        delivery_id,
        supplier as municipality_code,
        coalesce(extract, 'contract') as system,
        period_end
    from {{ source('raw', 'delivery') }}
    where is_current and source = 'municipal'
),

systems as (
    select
        deliveries.municipality_code,
        deliveries.system,
        max(deliveries.period_end) as last_period_end,
        bool_or(files.entity = 'dwelling') as has_dwellings,
        bool_or(files.entity = 'tenancy') as has_tenancies
    from deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where files.accepted_count > 0
    group by deliveries.municipality_code, deliveries.system
),

with_dwellings as (
    select
        *,
        count(*) over (partition by municipality_code) > 1 as is_one_of_several
    from systems
    where has_dwellings
),

several as (
    select distinct municipality_code
    from with_dwellings
    where is_one_of_several
),

let_dwellings as (
    select distinct
        tenancies.municipality_code,
        tenancies.dwelling_id
    from {{ ref('stg_municipal__tenancy') }} as tenancies
    semi join several on tenancies.municipality_code = several.municipality_code
),

named as (
    select distinct
        deliveries.municipality_code,
        deliveries.system
    from {{ ref('stg_municipal__dwelling') }} as dwellings
    inner join deliveries on dwellings.delivery_id = deliveries.delivery_id
    semi join let_dwellings
        on dwellings.municipality_code = let_dwellings.municipality_code and dwellings.dwelling_id = let_dwellings.dwelling_id
)

select
    with_dwellings.municipality_code,
    with_dwellings.system,
    with_dwellings.is_one_of_several,
    cast(row_number() over (
        partition by with_dwellings.municipality_code
        order by
            with_dwellings.has_tenancies desc,
            (named.system is not null) desc,
            with_dwellings.last_period_end desc,
            with_dwellings.system
    ) as integer) as system_rank
from with_dwellings
left join named on with_dwellings.municipality_code = named.municipality_code and with_dwellings.system = named.system
