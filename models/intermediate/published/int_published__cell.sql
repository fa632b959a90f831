-- C130-C132: every cell of the published tables once for each vintage, with the area and the year it tells of and what stands in the way
-- of reading it. Of several current deliveries with the same cell the one with the latest period counts.
with

delivered as (
    select
        delivery_id,
        line_number,
        table_id,
        dimensions,
        coalesce(region_code, '0') as region_code,
        coalesce(contents_code, '') as contents_code,
        contents_label,
        period,
        case when {{ follows_pattern("period", "'[0-9]{4}'") }} then cast(period as integer) end as table_year,
        value,
        status_symbol,
        coalesce(decimals, 0) as decimals,
        vintage,
        cast(region_code is not null as integer)
        + cast(contents_code is not null as integer)
        + cast(period is not null as integer) as role_count,
        period_end,
        received_at
    from {{ ref("stg_ssb_statbank__cell") }}
),

-- C131: of a preliminary table the newest year is preliminary; older years are as final as they get.
with_vintage as (
    select
        *,
        case
            when vintage = 'preliminary' and table_year = max(table_year) over (partition by delivery_id) then 'published_preliminary'
            else 'published_final'
        end as published_vintage
    from delivered
),

latest as (
    select *
    from with_vintage
    qualify row_number() over (
        partition by table_id, dimensions, published_vintage order by period_end desc, received_at desc, delivery_id desc
    ) = 1
),

municipality as (
    select
        code,
        valid_from,
        valid_to
    from {{ ref("stg_klass__municipality_version") }}
    {{ latest_known(["code", "valid_from"]) }}
),

region_year as (
    select distinct
        region_code,
        table_year
    from latest
    where table_year is not null
),

valid_code as (
    select distinct
        region_year.region_code,
        region_year.table_year,
        true as is_valid
    from region_year
    inner join {{ ref("int_published__region") }} as region on region_year.region_code = region.region_code
    inner join municipality
        on
            region.area_level = 'municipality'
            and region.area_code = municipality.code
            and {{ on_day(last_of_year("region_year.table_year"), "municipality.valid_from", "municipality.valid_to") }}
)

select
    latest.delivery_id,
    latest.line_number,
    latest.table_id,
    latest.dimensions,
    latest.region_code,
    region.area_level,
    region.area_code,
    latest.contents_code,
    latest.contents_label,
    latest.period,
    latest.table_year,
    latest.published_vintage as vintage,
    latest.value,
    latest.status_symbol,
    latest.decimals,
    latest.role_count,
    case
        when latest.table_year is null then 'not_a_year'
        when region.area_level is null then region.kind
        when region.area_level = 'municipality' and valid_code.is_valid is null then 'not_valid_in_year'
        else 'readable'
    end as state
from latest
inner join {{ ref("int_published__region") }} as region on latest.region_code = region.region_code
left join valid_code on latest.region_code = valid_code.region_code and latest.table_year = valid_code.table_year
