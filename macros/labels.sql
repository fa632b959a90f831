{# Labels beside codes. #}

{# The label of a code from the seed code_label, as a column of its own: one small lookup, no join to keep in order. #}
{% macro label_nb(code_list, column) -%}
    (select labels.label_nb from {{ ref('code_label') }} as labels where labels.code_list = '{{ code_list }}' and labels.code = {{ column }})
{%- endmacro %}

{# The label of a target group from the seed of the schemes, as a column of its own; where a dwelling is vacant or its letting is not told, there is no group: the cubes of stock say so. #}
{% macro group_label_nb(scheme, column) -%}
    coalesce(
        (select groups.label_nb from {{ ref('target_group_scheme') }} as groups where groups.scheme = '{{ scheme }}' and groups.code = {{ column }}),
        {{ label_nb('occupancy', column) }}
    )
{%- endmacro %}

{# The label of a need horizon, which stands with the breakdowns of the indicators. #}
{% macro need_horizon_label_nb(column) -%}
    (
        select breakdowns.label_nb from {{ ref('breakdown') }} as breakdowns
        where breakdowns.breakdown = 'need_horizon' and breakdowns.breakdown_code = {{ column }}
    )
{%- endmacro %}
