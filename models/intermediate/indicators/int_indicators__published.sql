-- C133: measures as published for municipalities. What only stands under the line (households, all dwellings) serves every vintage: the
-- final figure, and the preliminary one while there is no other.
with

published as (
    select
        area_code as municipality_code,
        year,
        target_id as measure_id,
        breakdown,
        breakdown_code,
        case when serves_every_vintage then 'all' else vintage end as measure_vintage,
        amount,
        status
    from {{ ref("int_published__figure") }}
    where target_kind = 'measure' and area_level = 'municipality'
    qualify row_number() over (
        partition by area_code, year, target_id, breakdown, breakdown_code, measure_vintage order by vintage
    ) = 1
)

select
    municipality_code,
    year,
    measure_id,
    breakdown,
    breakdown_code,
    measure_vintage as vintage,
    cast(amount as decimal(18, 2)) as amount,
    status,
    'published' as method
from published
