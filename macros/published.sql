{# Published figures: what their symbols say, and between which bounds a rounded figure lies. #}

{# Status of a published figure by its symbol. Nil (-) is a figure: 0. #}
{% macro published_status(symbol) -%}
    case
        when {{ symbol }} = ':' then 'suppressed'
        when {{ symbol }} in ('.', '..', '...') then 'missing'
        when {{ symbol }} = '*' then 'preliminary'
        else 'observed'
    end
{%- endmacro %}

{# The figure of a cell: nil is 0, a cell without a figure stays without. #}
{% macro published_value(value, symbol) -%}
    case when {{ symbol }} = '-' then coalesce({{ value }}, 0) else {{ value }} end
{%- endmacro %}

{# Two intervals, both ends inclusive, have a point in common. #}
{% macro intervals_meet(lower, upper, other_lower, other_upper) -%}
    ({{ lower }} <= {{ other_upper }} and {{ other_lower }} <= {{ upper }})
{%- endmacro %}

{# A quotient of parts that are not negative, NULL under a denominator that is not above zero. #}
{% macro ratio(numerator, denominator, multiplier) -%}
    cast(
        case when {{ denominator }} > 0 then cast({{ numerator }} as double) * {{ multiplier }} / {{ denominator }} end as decimal(18, 6)
    )
{%- endmacro %}
