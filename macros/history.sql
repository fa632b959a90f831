{# How dated deliveries become one history. #}

{# C01: the row of the current delivery with the latest period end counts. A `qualify` clause over rows of staging. #}
{% macro latest_known(key) -%}
    qualify row_number() over (partition by {{ key | join(", ") }} order by period_end desc, delivery_id desc) = 1
{%- endmacro %}

{# Deletions, told by deliveries of changes: the last one of each key. A join of staging, with `is_not_deleted` in its `where`. #}
{% macro join_deleted(relation, key) -%}
    left join (
        select
            {%- for column in key %}
            gone.{{ column }},
            {%- endfor %}
            max({{ known_order('gone_delivery') }}) as last_known
        from {{ source('raw', relation) }} as gone
        inner join {{ source('raw', 'delivery') }} as gone_delivery on gone.delivery_id = gone_delivery.delivery_id
        where gone.is_deleted and gone_delivery.is_current
        group by {{ key | join(", ") }}
    ) as deleted
        on {% for column in key %}entity.{{ column }} = deleted.{{ column }}{{ " and " if not loop.last }}{% endfor %}
{%- endmacro %}

{# A row counts when no delivery after it, nor itself, says that its key is deleted. #}
{% macro is_not_deleted() -%}
    (deleted.last_known is null or deleted.last_known < {{ known_order('delivery') }})
{%- endmacro %}

{# Deliveries in the order in which they are believed. #}
{% macro known_order(delivery) -%}
    row({{ delivery }}.period_end, {{ delivery }}.received_at)
{%- endmacro %}
