-- What each municipality's current deliveries tell of, entity by entity: the years whose 31 December lies inside the period of a delivery
-- that holds the entity. A delivery may hold only some entities of its source; what it does not hold is not covered.
with

deliveries as (
    select *
    from {{ source('raw', 'delivery') }}
    where is_current
),

files as (
    select distinct
        delivery_id,
        entity
    from {{ source('raw', 'delivery_file') }}
    where entity is not null
),

covering as (
    select
        deliveries.source,
        deliveries.supplier as municipality_code,
        files.entity,
        {{ last_of_year('series_year.year') }} as reference_date,
        deliveries.delivery_id,
        deliveries.period_end,
        deliveries.received_at
    from deliveries
    inner join files on deliveries.delivery_id = files.delivery_id
    cross join {{ int_series(year_of('deliveries.period_start'), year_of('deliveries.period_end'), 'year') }}
    where
        deliveries.supplier similar to '[0-9]{4}'
        and {{ last_of_year('series_year.year') }} between deliveries.period_start and deliveries.period_end
        -- a KOSTRA form tells of the one year that it closes
        and (deliveries.source not like 'kostra%' or deliveries.period_end = {{ last_of_year('series_year.year') }})
),

-- What happened before the first day that any delivery tells of is not known.
told as (
    select
        deliveries.source,
        deliveries.supplier as municipality_code,
        files.entity,
        min(deliveries.period_start) as first_date
    from deliveries
    inner join files on deliveries.delivery_id = files.delivery_id
    group by deliveries.source, deliveries.supplier, files.entity
)

select
    covering.source,
    covering.municipality_code,
    covering.entity,
    {{ year_of('covering.reference_date') }} as year,
    covering.reference_date,
    told.first_date <= make_date({{ year_of('covering.reference_date') }}, 1, 1) as is_whole_year,
    covering.delivery_id
from covering
inner join told
    on
        covering.source = told.source
        and covering.municipality_code = told.municipality_code
        and covering.entity = told.entity
where covering.reference_date <= {{ as_of_date() }}
qualify row_number() over (
    partition by covering.source, covering.municipality_code, covering.entity, covering.reference_date
    order by covering.period_end desc, covering.received_at desc, covering.delivery_id desc
) = 1
