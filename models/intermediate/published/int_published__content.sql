-- C130: which rows of published_content hold for which contents of the tables that came: by code, or by the words where the code is not
-- proven.
with

delivered as (
    select distinct
        table_id,
        coalesce(contents_code, '') as contents_code,
        lower(trim(contents_label)) as contents_label
    from {{ ref("stg_ssb_statbank__cell") }}
),

content as (
    select * from {{ ref("published_content") }}
),

named as (
    select
        delivered.table_id,
        delivered.contents_code,
        content.content_id
    from delivered
    inner join content
        on
            delivered.contents_code = content.contents_code
            and delivered.table_id = coalesce(content.table_id, delivered.table_id)
    union
    select
        delivered.table_id,
        delivered.contents_code,
        content.content_id
    from delivered
    inner join content on delivered.table_id = content.table_id and delivered.contents_label = lower(trim(content.contents_label))
    where content.contents_code is null
)

select
    named.table_id,
    named.contents_code,
    content.content_id,
    content.dimension_filter,
    content.measure_id,
    content.indicator_id,
    content.breakdown,
    content.breakdown_code,
    content.multiplier,
    content.year_shift,
    content.first_year,
    content.last_year,
    content.is_exact,
    content.serves_every_vintage,
    content.makes_whole
from named
inner join content on named.content_id = content.content_id
