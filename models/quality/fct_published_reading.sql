-- C130, C132: what became of the codes of the published tables: read, or why not; what a later delivery of a table no longer has or calls
-- by other words, in any dimension; and contents with a cell that the publisher marks as a break.
with

cell as (
    select * from {{ ref("int_published__cell") }}
),

delivered as (
    select
        delivery_id,
        table_id,
        dimensions,
        dimension_labels,
        coalesce(region_code, '0') as region_code,
        coalesce(contents_code, '') as contents_code,
        contents_label,
        period,
        period_end,
        received_at
    from {{ ref("stg_ssb_statbank__cell") }}
),

delivery as (
    select
        table_id,
        delivery_id,
        max(left(period, 4)) as newest_period,
        row_number() over (partition by table_id order by max(period_end) desc, max(received_at) desc, delivery_id desc) as newness
    from delivered
    group by table_id, delivery_id
),

other_dimension as (
    select
        table_id,
        delivery_id,
        dimensions,
        dimension_labels,
        {{ json_keys_unnested("dimension_labels") }} as dimension
    from delivered
    where dimension_labels is not null
),

told_code as (
    select distinct
        delivered.table_id,
        'region' as subject,
        delivered.region_code as code,
        cast(null as varchar) as label,
        delivery.newness
    from delivered
    inner join delivery on delivered.delivery_id = delivery.delivery_id and delivered.table_id = delivery.table_id
    union
    select distinct
        delivered.table_id,
        'contents' as subject,
        delivered.contents_code as code,
        delivered.contents_label as label,
        delivery.newness
    from delivered
    inner join delivery on delivered.delivery_id = delivery.delivery_id and delivered.table_id = delivery.table_id
    union
    select distinct
        told.table_id,
        'dimension' as subject,
        told.dimension || '=' || {{ json_text("told.dimensions", "told.dimension") }} as code,
        {{ json_text("told.dimension_labels", "told.dimension") }} as label,
        delivery.newness
    from other_dimension as told
    inner join delivery on told.delivery_id = delivery.delivery_id and told.table_id = delivery.table_id
),

lasting as (
    select
        table_id,
        subject,
        code,
        min(newness) as newest,
        min_by(label, newness) as label,
        max_by(label, newness) as earlier_label
    from told_code
    group by table_id, subject, code
),

-- A municipality whose code has ended has not vanished from the table: it is gone.
ended as (
    select distinct
        delivery.table_id,
        region.region_code as code
    from delivery
    cross join {{ ref("int_published__region") }} as region
    where
        delivery.newness = 1
        and region.area_level = 'municipality'
        and region.area_code not in (
            select versions.code
            from {{ ref("stg_klass__municipality_version") }} as versions
            where {{ on_day(last_of_year("delivery.newest_period"), "versions.valid_from", "versions.valid_to") }}
        )
),

region_state as (
    select
        table_id,
        'region' as subject,
        region_code as code,
        cast(null as varchar) as label,
        cast(null as varchar) as earlier_label,
        case state when 'readable' then 'read' when 'unknown' then 'unknown_region' else state end as outcome,
        count(*) as cell_count,
        min(table_year) as first_year,
        max(table_year) as last_year
    from cell
    where state <> 'not_a_year'
    group by all
),

period_state as (
    select
        table_id,
        'period' as subject,
        period as code,
        cast(null as varchar) as label,
        cast(null as varchar) as earlier_label,
        'not_a_year' as outcome,
        count(*) as cell_count,
        cast(null as integer) as first_year,
        cast(null as integer) as last_year
    from cell
    where state = 'not_a_year'
    group by all
),

mapped as (
    select distinct
        table_id,
        contents_code
    from {{ ref("int_published__content") }}
),

figure as (
    select
        delivery_id,
        line_number,
        table_id,
        contents_code
    from {{ ref("int_published__figure") }}
),

read_contents as (
    select distinct
        table_id,
        contents_code
    from figure
),

contents_state as (
    select
        cell.table_id,
        'contents' as subject,
        cell.contents_code as code,
        max_by(cell.contents_label, cell.table_year) as label,
        cast(null as varchar) as earlier_label,
        case
            when read_contents.contents_code is not null then 'read'
            when mapped.contents_code is not null then 'not_chosen'
            else 'not_mapped'
        end as outcome,
        count(*) as cell_count,
        min(cell.table_year) as first_year,
        max(cell.table_year) as last_year
    from cell
    left join mapped on cell.table_id = mapped.table_id and cell.contents_code = mapped.contents_code
    left join read_contents on cell.table_id = read_contents.table_id and cell.contents_code = read_contents.contents_code
    where cell.state = 'readable'
    group by cell.table_id, cell.contents_code, read_contents.contents_code, mapped.contents_code
),

changed as (
    select
        lasting.table_id,
        lasting.subject,
        lasting.code,
        lasting.label,
        case when lasting.newest = 1 then lasting.earlier_label end as earlier_label,
        case when lasting.newest > 1 then 'vanished' else 'label_revised' end as outcome,
        cast(0 as bigint) as cell_count,
        cast(null as integer) as first_year,
        cast(null as integer) as last_year
    from lasting
    left join ended on lasting.table_id = ended.table_id and lasting.code = ended.code and lasting.subject = 'region'
    where
        (lasting.newest > 1 and ended.code is null)
        or (lasting.newest = 1 and lasting.label <> lasting.earlier_label)
),

marked_as_break as (
    select
        table_id,
        'contents' as subject,
        contents_code as code,
        max_by(contents_label, table_year) as label,
        cast(null as varchar) as earlier_label,
        'series_break' as outcome,
        count(*) as cell_count,
        min(table_year) as first_year,
        max(table_year) as last_year
    from cell
    where state = 'readable' and status_symbol = '|'
    group by table_id, contents_code
),

state as (
    select * from region_state
    union all
    select * from period_state
    union all
    select * from contents_state
    union all
    select * from changed
    union all
    select * from marked_as_break
)

select
    table_id,
    subject,
    code,
    outcome,
    {{ label_nb("published_reading", "outcome") }} as outcome_label_nb,
    label,
    earlier_label,
    cast(cell_count as integer) as cell_count,
    cast(first_year as integer) as first_year,
    cast(last_year as integer) as last_year
from state
