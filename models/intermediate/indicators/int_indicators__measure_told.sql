-- C100: what the models of measures tell, under each other.
with told as (
    {%- for relation in measure_models() %}
    {{ "union all" if not loop.first }}
    select
        municipality_code,
        year,
        measure_id,
        breakdown,
        breakdown_code,
        vintage,
        amount,
        status,
        method
    from {{ relation }}
    {%- endfor %}
)

select * from told
