{# How indicators are formed: one row of parts, the value, its symbol, the class of size. Which indicators there are stands in seeds/indicators/indicator.csv. #}

{#
  The columns that every model of parts selects: one numerator (and denominator) of one municipality, year, indicator and breakdown code.
  `code` is an SQL expression. `status` is estimated where the denominator is; `method` says how the figure came about.
#}
{% macro indicator_part(indicator_id, numerator, denominator="null", breakdown="none", code="'all'", status="'observed'", method="'counted'") -%}
    municipality_code,
    year,
    '{{ indicator_id }}' as indicator_id,
    '{{ breakdown }}' as breakdown,
    cast({{ code }} as varchar) as breakdown_code,
    cast({{ numerator }} as decimal(18, 2)) as numerator,
    cast({{ denominator }} as decimal(18, 2)) as denominator,
    cast({{ status }} as varchar) as status,
    cast({{ method }} as varchar) as method
{%- endmacro %}

{# The models of parts that make up fct_indicator. A new model of parts is written here and nowhere else. #}
{% macro indicator_part_models() -%}
    {{ return([
        ref("int_indicators__dwellings"),
        ref("int_indicators__move_ins"),
        ref("int_indicators__households"),
        ref("int_indicators__applications"),
        ref("int_indicators__social_assistance"),
    ]) }}
{%- endmacro %}

{# A count is its numerator. A ratio is formed from sums, never from other ratios, and is NULL without a denominator above zero. #}
{% macro indicator_value(numerator, denominator, unit, multiplier) -%}
    cast(
        case
            when {{ unit }} = 'count' then {{ numerator }}
            when {{ denominator }} > 0 then cast({{ numerator }} as double) * {{ multiplier }} / {{ denominator }}
        end as decimal(18, 6)
    )
{%- endmacro %}

{# Why a value is NULL: '..' the denominator is missing, '.' it is zero, so that the value cannot occur. NULL where there is a value. #}
{% macro indicator_symbol(numerator, denominator, unit) -%}
    case
        when {{ unit }} = 'count' and {{ numerator }} is not null then null
        when {{ numerator }} is null or {{ denominator }} is null then '..'
        when {{ denominator }} = 0 then '.'
    end
{%- endmacro %}

{# Inside the bounds of a class of size, both inclusive; the last class has no upper bound. #}
{% macro in_size_class(population, lower, upper) -%}
    ({{ population }} >= {{ lower }} and ({{ upper }} is null or {{ population }} <= {{ upper }}))
{%- endmacro %}
