{# How dated deliveries become one history. #}

{# C01: the row of the current delivery with the latest period end counts. A `qualify` clause over rows of staging. #}
{% macro latest_known(key) -%}
    qualify row_number() over (partition by {{ key | join(", ") }} order by period_end desc, delivery_id desc) = 1
{%- endmacro %}
