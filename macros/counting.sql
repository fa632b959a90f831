{# How rows are counted where some of them cannot tell. #}

{#
  C51: how many rows the condition holds for. Rows where it is NULL cannot tell and are left out; where no row can tell the count is NULL,
  never zero. An aggregate: the rows of no group at all are the caller's to name.
#}
{% macro count_where_told(condition) -%}
    sum(cast(({{ condition }}) as integer))
{%- endmacro %}

{# C23: whether an application that has left the waiting list did so with a dwelling, and was not withdrawn before. #}
{% macro left_list_by_assignment(relation='') -%}
    (coalesce({{ relation }}assigned_date = {{ relation }}left_list_date, false) or coalesce({{ relation }}withdrawn_date > {{ relation }}left_list_date, true))
{%- endmacro %}
