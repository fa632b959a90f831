-- C82: measures of households by group with the unclassified spread by the known distribution. Own measures beside the observed ones, which
-- they never replace; where nobody has a known group there is nothing to spread by.
{%- set populations = {
    "newly_moved_in_imputed": "newly_moved_in",
    "households_imputed": "households_in_stock",
} %}
with

imputed as (
    select
        municipality_code,
        year,
        population,
        scheme,
        group_code,
        imputed_count,
        case method when 'imputed_proportional' then 'imputed' when 'observed' then 'observed' else 'missing' end as status,
        case method when 'imputed_proportional' then 'imputed_proportional' when 'observed' then 'counted' else 'none' end as method
    from {{ ref("fct_imputed_group") }}
)

{% for name, population in populations.items() -%}
{%- set outer = loop -%}
{%- for scheme in ["form_2009", "form_2020", "r0_2019"] -%}
{{ "union all" if not (outer.first and loop.first) }}
select {{ measure(name, "imputed_count", breakdown="target_group_" ~ scheme, code="group_code", status="status", method="method") }}
from imputed
where population = '{{ population }}' and scheme = '{{ scheme }}'
{% endfor -%}
{%- endfor -%}
