-- Whether what a municipality delivered for a year is enough for each measure and breakdown: every entity it needs must be covered (C51),
-- and what happens in a year needs applications and stays from its first day on (C120, C123).
with

promised as (
    select
        measure_id,
        source,
        stock_or_flow,
        unnest(string_split(breakdowns, '|')) as breakdown
    from {{ ref("dim_measure") }}
),

-- One row for each entity that a measure needs.
needed as (
    select
        covered.municipality_code,
        covered.year,
        promised.measure_id,
        promised.breakdown,
        need.entity,
        entity.entity is not null
        and (entity.is_whole_year or promised.stock_or_flow = 'stock' or entity.entity not in ('application', 'stay')) as is_covered
    from promised
    inner join {{ ref("int_indicators__covered") }} as covered on promised.source = covered.source
    inner join {{ ref("measure_need") }} as need
        on promised.measure_id = need.measure_id and promised.breakdown like need.breakdowns
    left join {{ ref("int_deliveries__covered_entity") }} as entity
        on
            covered.municipality_code = entity.municipality_code
            and covered.year = entity.year
            and need.source = entity.source
            and need.entity = entity.entity
)

select
    municipality_code,
    year,
    measure_id,
    breakdown,
    bool_and(is_covered) as is_covered,
    string_agg(entity, ',' order by entity) filter (where not is_covered) as lacking_entities
from needed
group by municipality_code, year, measure_id, breakdown
