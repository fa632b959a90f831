-- C103: figures that no sum of municipalities gives: published rates and aggregates, medians. They win over a sum of the same key.
with direct as (
    {%- for relation in direct_figure_models() %}
    {{ "union all" if not loop.first }}
    select
        area_level,
        area_code,
        year,
        indicator_id,
        breakdown,
        breakdown_code,
        vintage,
        numerator,
        denominator,
        value,
        symbol,
        status,
        method,
        municipality_count
    from {{ relation }}
    {%- else %}
    select
        cast(null as varchar) as area_level,
        cast(null as varchar) as area_code,
        cast(null as integer) as year,
        cast(null as varchar) as indicator_id,
        cast(null as varchar) as breakdown,
        cast(null as varchar) as breakdown_code,
        cast(null as varchar) as vintage,
        cast(null as decimal(18, 2)) as numerator,
        cast(null as decimal(18, 2)) as denominator,
        cast(null as decimal(18, 6)) as value,
        cast(null as varchar) as symbol,
        cast(null as varchar) as status,
        cast(null as varchar) as method,
        cast(null as integer) as municipality_count
    where false
    {%- endfor %}
)

select * from direct
