-- Which years each municipality has told of, entity by entity: goes beside every mart, so that what was not delivered is not read as zero.
with

covered as (
    select * from {{ ref('int_deliveries__covered_entity') }}
),

expected as (
    select
        source,
        supplier as municipality_code,
        entity,
        {{ year_of('period_end') }} as year,
        min(status) as delivery_status
    from {{ ref('fct_delivery_status') }}
    where period_end = {{ last_of_year(year_of('period_end')) }} and supplier similar to '[0-9]{4}'
    group by source, supplier, entity, period_end
),

rows_of as (
    select
        delivery_id,
        entity,
        sum(accepted_count) as accepted_count,
        sum(quarantined_count) as quarantined_count
    from {{ source('raw', 'delivery_file') }}
    group by delivery_id, entity
),

-- An entity that nobody expects is told of where it came, too.
both_sides as (
    select
        coalesce(covered.municipality_code, expected.municipality_code) as municipality_code,
        coalesce(covered.year, expected.year) as year,
        coalesce(covered.source, expected.source) as source,
        coalesce(covered.entity, expected.entity) as entity,
        covered.delivery_id,
        expected.delivery_status,
        expected.entity is not null as is_expected
    from covered
    full outer join expected
        on
            covered.municipality_code = expected.municipality_code
            and covered.year = expected.year
            and covered.source = expected.source
            and covered.entity = expected.entity
)

select
    both_sides.municipality_code,
    cast(both_sides.year as integer) as year,
    both_sides.source,
    both_sides.entity,
    both_sides.delivery_id is not null as is_covered,
    both_sides.is_expected,
    coalesce(both_sides.delivery_status, 'not_expected') as delivery_status,
    both_sides.delivery_id,
    cast(rows_of.accepted_count as bigint) as accepted_count,
    cast(rows_of.quarantined_count as bigint) as quarantined_count
from both_sides
left join rows_of on both_sides.delivery_id = rows_of.delivery_id and both_sides.entity = rows_of.entity
