{# Labels beside codes, each a column of its own: no join to keep in order. #}

{# The label of a code from the seed code_label. #}
{% macro label_nb(code_list, column) -%}
    {{ value_beside(column, "labels.code", "labels.label_nb", ref("code_label") ~ " as labels", "labels.code_list = '" ~ code_list ~ "'") }}
{%- endmacro %}

{# The label of a target group from the seed of the schemes; where a dwelling is vacant or its letting is not told, there is no group: the cubes of stock say so. #}
{% macro group_label_nb(scheme, column) -%}
    coalesce(
        {{ value_beside(column, "groups.code", "groups.label_nb", ref("target_group_scheme") ~ " as groups", "groups.scheme = '" ~ scheme ~ "'") }},
        {{ label_nb('occupancy', column) }}
    )
{%- endmacro %}

{# The label of a need horizon, which stands with the breakdowns of the indicators. #}
{% macro need_horizon_label_nb(column) -%}
    {{ value_beside(
        column, "breakdowns.breakdown_code", "breakdowns.label_nb", ref("breakdown") ~ " as breakdowns", "breakdowns.breakdown = 'need_horizon'"
    ) }}
{%- endmacro %}
