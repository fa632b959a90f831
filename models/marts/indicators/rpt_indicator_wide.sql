-- C155: the most used indicators of a municipality and year on one line, for reports and BI tools: figures of fct_indicator, not counted
-- again. Which ones stands in the macro wide_figures().
{%- set classes = ["size_kostra", "size_bolig_for_velferd", "kostra_group", "centrality"] %}
with

figure as (
    select
        figure.*,
        indicator.source
    from {{ ref("fct_indicator") }} as figure
    inner join {{ ref("dim_indicator") }} as indicator on figure.indicator_id = indicator.indicator_id
    where figure.area_level = 'municipality' and figure.vintage = 'own_register'
),

wide as (
    select
        area_code as municipality_code,
        year,
        reference_date,
        {%- for name, indicator_id, breakdown, code, type in wide_figures() %}
        cast(max(value) filter (
            where indicator_id = '{{ indicator_id }}' and breakdown = '{{ breakdown }}' and breakdown_code = '{{ code }}'
        ) as {{ type }}) as {{ name }},
        {%- endfor %}
        max(denominator) filter (where indicator_id = 'disposed_dwellings_per_1000') as inhabitants,
        max(status) filter (where indicator_id = 'disposed_dwellings_per_1000') as inhabitants_status
    from figure
    group by area_code, year, reference_date
    -- a year that only other sources cover has no row
    having bool_or(source = 'own_register')
),

class as (
    select
        {%- for level in classes %}
        max(member.area_code) filter (where member.area_level = '{{ level }}') as {{ level }}_code,
        max(area.area_name) filter (where member.area_level = '{{ level }}') as {{ level }}_label_nb,
        {%- endfor %}
        member.municipality_code,
        member.year
    from {{ ref("int_geography__area_member") }} as member
    inner join {{ ref("dim_area") }} as area on member.area_level = area.area_level and member.area_code = area.area_code
    group by member.municipality_code, member.year
),

not_covered as (
    select
        municipality_code,
        year,
        string_agg(source || '.' || entity, ', ' order by source, entity) as missing_entities
    from {{ ref("fct_coverage") }}
    where is_expected and not is_covered
    group by municipality_code, year
)

select
    wide.municipality_code,
    municipality.municipality_name,
    municipality.county_code,
    municipality.county_name,
    wide.year,
    wide.reference_date,
    {%- for level in classes %}
    class.{{ level }}_code,
    class.{{ level }}_label_nb,
    {%- endfor %}
    not_covered.missing_entities is null as is_complete,
    not_covered.missing_entities,
    {%- for name, indicator_id, breakdown, code, type in wide_figures() %}
    wide.{{ name }},
    {%- endfor %}
    cast(wide.inhabitants as bigint) as inhabitants,
    wide.inhabitants_status
from wide
left join not_covered on wide.municipality_code = not_covered.municipality_code and wide.year = not_covered.year
left join {{ ref("dim_municipality") }} as municipality
    on
        wide.municipality_code = municipality.municipality_code
        and {{ on_day("wide.reference_date", "municipality.valid_from", "municipality.valid_to") }}
left join class on wide.municipality_code = class.municipality_code and wide.year = class.year
