-- C132: which area each region code of the published tables stands for. A code that the list does not know stands for none and is told
-- of.
with

region as (
    select distinct coalesce(region_code, '0') as region_code
    from {{ ref("stg_ssb_statbank__cell") }}
),

form as (
    select * from {{ ref("published_region") }}
),

recognised as (
    select
        region.region_code,
        form.area_level,
        case when form.area_level is not null then {{ rewritten("region.region_code", "form.pattern", "form.area_code") }} end as area_code,
        form.kind
    from region
    inner join form on {{ follows_pattern("region.region_code", "form.pattern") }}
    qualify row_number() over (partition by region.region_code order by form.priority) = 1
)

select
    region.region_code,
    recognised.area_level,
    recognised.area_code,
    coalesce(recognised.kind, 'unknown') as kind
from region
left join recognised on region.region_code = recognised.region_code
