-- C12, C128: what stands under the line in every vintage: inhabitants on 31 December, that is 1 January of the year after, and the private
-- households of the municipality, as the newest edition of table 11084 has them.
with

populations as (
    select * from {{ ref("fct_population") }}
),

cells as (
    select *
    from {{ ref("stg_ssb_statbank__cell") }}
    where
        table_id = '11084'
        and contents_code = 'Husholdning'
        and {{ json_text("dimensions", "EierStatus") }} = '1'
),

inhabitant as (
    select
        municipality_code,
        year - 1 as year,
        age_group,
        persons,
        case status when 'estimated' then 'estimated' else 'observed' end as status,
        case status when 'estimated' then method else 'counted' end as method
    from populations
),

household as (
    select
        region_code as municipality_code,
        cast(period as integer) as year,
        value as households
    from cells
    where region_code similar to '[0-9]{4}'
    {{ latest_known(["region_code", "period"]) }}
)

select {{ measure("inhabitants", "persons", status="status", method="method", vintage="'all'") }}
from inhabitant
where age_group = 'all'
union all
select {{ measure(
    "inhabitants", "persons", breakdown="age_population", code="age_group", status="status", method="method", vintage="'all'"
) }}
from inhabitant
where age_group <> 'all'
union all
select {{ measure("households_in_municipality", "households", method="'published'", vintage="'all'") }}
from household
-- StatBank writes no figure, or 0, for a code that does not exist in the year
where households > 0
