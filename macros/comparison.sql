{# How indicators are compared over time and between areas. What they are stands in macros/indicators.sql. #}

{# A relation of whole numbers, one column. #}
{% macro integers(numbers, name) -%}
    {%- for number in numbers %}
    select {{ number }} as {{ name }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Texts of a setting as a SQL list. #}
{% macro texts(values) -%} '{{ values | join("', '") }}' {%- endmacro %}
