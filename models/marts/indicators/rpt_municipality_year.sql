-- The main indicators of a municipality and year on one line, for reports and BI tools: the figures of fct_indicator, not counted again.
{%- set columns = [
    ("disposed_dwellings", "disposed_dwellings", "all", "bigint"),
    ("owned_dwellings", "disposed_dwellings", "owned", "bigint"),
    ("rented_in_dwellings", "disposed_dwellings", "rented_in", "bigint"),
    ("right_of_disposal_dwellings", "disposed_dwellings", "right_of_disposal", "bigint"),
    ("disposed_dwellings_per_1000", "disposed_dwellings_per_1000", "all", "decimal(18, 6)"),
    ("share_owned", "share_owned", "all", "decimal(18, 6)"),
    ("share_accessible", "share_accessible", "all", "decimal(18, 6)"),
    ("let_dwellings", "let_dwellings", "all", "bigint"),
    ("vacant_dwellings", "vacant_dwellings", "all", "bigint"),
    ("vacancy_rate", "vacancy_rate", "all", "decimal(18, 6)"),
    ("newly_moved_in", "newly_moved_in", "all", "bigint"),
    ("throughput_permanent", "throughput", "permanent", "decimal(18, 6)"),
    ("throughput_temporary", "throughput", "temporary", "decimal(18, 6)"),
    ("mean_stay_years_permanent", "mean_stay_years", "permanent", "decimal(18, 6)"),
    ("mean_stay_years_temporary", "mean_stay_years", "temporary", "decimal(18, 6)"),
    ("households", "households", "all", "bigint"),
    ("share_with_care_services", "share_with_care_services", "all", "decimal(18, 6)"),
    ("share_unclassified", "share_unclassified", "all", "decimal(18, 6)"),
    ("new_on_waiting_list", "new_on_waiting_list", "all", "bigint"),
    ("on_waiting_list", "on_waiting_list", "all", "bigint"),
] %}
with

figure as (
    select *
    from {{ ref("fct_indicator") }}
    where
        area_level = 'municipality'
        and vintage = 'own_register'
        -- a year that only another source covers has no row here
        and indicator_id in (
            select indicator.indicator_id from {{ ref("dim_indicator") }} as indicator
            where indicator.source = 'own_register'
        )
),

wide as (
    select
        area_code as municipality_code,
        year,
        reference_date,
        {%- for name, indicator_id, code, type in columns %}
        cast(max(value) filter (where indicator_id = '{{ indicator_id }}' and breakdown_code = '{{ code }}') as {{ type }}) as {{ name }},
        {%- endfor %}
        max(denominator) filter (where indicator_id = 'disposed_dwellings_per_1000') as inhabitants,
        max(status) filter (where indicator_id = 'disposed_dwellings_per_1000') as inhabitants_status
    from figure
    group by area_code, year, reference_date
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
    kostra_class.label_nb as size_class_kostra_label_nb,
    not_covered.missing_entities is null as is_complete,
    not_covered.missing_entities,
    {%- for name, indicator_id, code, type in columns %}
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
left join {{ ref("int_indicators__size_class") }} as kostra_class
    on
        wide.municipality_code = kostra_class.municipality_code
        and kostra_class.scheme = 'kostra'
        and kostra_class.reference_year = wide.year + 1
