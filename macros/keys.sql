{# Keys of the marts. Nothing else makes a key. #}

{# A text key over natural key columns: md5 of the values with a separator; NULL is a value of its own. #}
{% macro surrogate_key(columns) -%}
    md5(concat_ws('|', {% for column in columns -%}
        coalesce(cast({{ column }} as varchar), '~null~'){{ ", " if not loop.last }}
    {%- endfor %}))
{%- endmacro %}
