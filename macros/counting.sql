{# How rows are counted where some of them cannot tell. #}

{#
  C51: how many rows the condition holds for. Rows where it is NULL cannot tell and are left out; where no row can tell the count is NULL,
  never zero. An aggregate: the rows of no group at all are the caller's to name.
#}
{% macro count_where_told(condition) -%}
    sum(cast(({{ condition }}) as integer))
{%- endmacro %}
