{# Rows of dbt's unit tests. #}

{#
  dbt casts each value of a fixture with this. Keys are told by what they are made of, so that rows can be read: `household_key: A` is
  the key over A, and `9901|T1` the one over municipality and id.
#}
{% macro duckdb__safe_cast(field, type) -%}
    {%- if type | lower == key_type() -%} {{ as_key("md5(cast(" ~ field ~ " as varchar))") }}
    {%- else -%} cast({{ field }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
