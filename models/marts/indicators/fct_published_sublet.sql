-- C138: the total of disposed dwellings of each source with its sub-lets and without them, so that totals of two sources can be compared.
with

published as (
    select
        *,
        case
            when is_sublet_in_total is null then 'not_told'
            when is_sublet_in_total then 'inside'
            else 'in_addition'
        end as sublet_handling
    from {{ ref("published_sublet") }}
),

area as (
    select * from {{ ref("dim_area") }}
)

select
    published.source_id,
    published.publication,
    published.table_id,
    published.area_level,
    published.area_code,
    area.area_name,
    published.year,
    published.is_sublet_in_total,
    published.sublet_handling,
    {{ label_nb("sublet_handling", "published.sublet_handling") }} as sublet_handling_label_nb,
    published.disposed_count,
    published.sublet_count,
    published.is_approximate,
    case published.sublet_handling
        when 'inside' then published.disposed_count
        when 'in_addition' then published.disposed_count + published.sublet_count
    end as with_sublet_count,
    case published.sublet_handling
        when 'inside' then published.disposed_count - published.sublet_count
        when 'in_addition' then published.disposed_count
    end as without_sublet_count,
    published.note,
    published.source
from published
left join area on published.area_level = area.area_level and published.area_code = area.area_code
