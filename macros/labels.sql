{# Labels beside codes. #}

{# The label of a code from the seed code_label, as a column of its own: one small lookup, no join to keep in order. #}
{% macro label_nb(code_list, column) -%}
    (select labels.label_nb from {{ ref('code_label') }} as labels where labels.code_list = '{{ code_list }}' and labels.code = {{ column }})
{%- endmacro %}
