-- C18: between which days the dwellings of each municipality are described, and between which it is known what was let (C51).
with

deliveries as (
    select *
    from {{ source('raw', 'delivery') }}
    where is_current and source = 'municipal'
),

files as (
    select distinct
        delivery_id,
        entity
    from {{ source('raw', 'delivery_file') }}
),

covered as (
    select
        supplier as municipality_code,
        min({{ first_of_month('period_start') }}) as described_from
    from deliveries
    group by supplier
),

-- A municipality that was merged away is described to its last day: its dwellings go on under the new code.
described as (
    select
        municipality_code,
        {{ add_days('last_date', 1) }} as described_to
    from {{ ref('int_geography__described') }}
),

tenancies_told as (
    select
        deliveries.supplier as municipality_code,
        min({{ first_of_month('deliveries.period_start') }}) as told_from,
        {{ add_days('max(deliveries.period_end)', 1) }} as told_to
    from deliveries
    inner join files on deliveries.delivery_id = files.delivery_id
    where files.entity = 'tenancy'
    group by deliveries.supplier
)

select
    covered.municipality_code,
    covered.described_from,
    described.described_to,
    tenancies_told.told_from,
    -- letting is known by whole months: one that is told in part only is not known
    case
        when tenancies_told.told_to >= described.described_to then described.described_to
        else {{ first_of_month('tenancies_told.told_to') }}
    end as told_to
from covered
inner join described on covered.municipality_code = described.municipality_code
left join tenancies_told on covered.municipality_code = tenancies_told.municipality_code
