{# How measures become indicators: one row of a measure, the value, its symbol, the class of size. Which indicators there are stands in seeds/indicators/indicator.csv. #}

{#
  The columns that every model of measures selects: what was counted in one municipality, year and breakdown code. `amount`, `code`, `status`,
  `method` and `vintage` are SQL expressions. `status` is estimated where the amount is; `method` says how it came about. The vintage is
  own_register, published_final or published_preliminary, or all for what stands under the line in every vintage.
#}
{% macro measure(
    measure_id, amount, breakdown="none", code="'all'", status="'observed'", method="'counted'", vintage="'own_register'"
) -%}
    municipality_code,
    year,
    '{{ measure_id }}' as measure_id,
    '{{ breakdown }}' as breakdown,
    cast({{ code }} as varchar) as breakdown_code,
    cast({{ vintage }} as varchar) as vintage,
    cast({{ amount }} as decimal(18, 2)) as amount,
    cast({{ status }} as varchar) as status,
    cast({{ method }} as varchar) as method
{%- endmacro %}

{# A measure that some rows cannot tell: missing, not zero, where the condition does not hold (C51). #}
{% macro measure_if_told(measure_id, amount, is_told, breakdown="none", code="'all'") -%}
    {{ measure(
        measure_id,
        "case when " ~ is_told ~ " then " ~ amount ~ " end",
        breakdown=breakdown,
        code=code,
        status="case when " ~ is_told ~ " then 'observed' else 'missing' end",
        method="case when " ~ is_told ~ " then 'counted' else 'none' end",
    ) }}
{%- endmacro %}

{# The models of measures. A new one is written here and nowhere else. #}
{% macro measure_models() -%}
    {{ return([
        ref("int_indicators__accounts"),
        ref("int_indicators__applications"),
        ref("int_indicators__care"),
        ref("int_indicators__contracts"),
        ref("int_indicators__dwellings"),
        ref("int_indicators__household_fit"),
        ref("int_indicators__household_moves"),
        ref("int_indicators__households"),
        ref("int_indicators__husbanken"),
        ref("int_indicators__imputed_groups"),
        ref("int_indicators__move_ins"),
        ref("int_indicators__population"),
        ref("int_indicators__published"),
        ref("int_indicators__registers"),
        ref("int_indicators__social_assistance"),
        ref("int_indicators__stock_changes"),
        ref("int_indicators__temporary_accommodation"),
        ref("int_indicators__vacancy"),
    ]) }}
{%- endmacro %}

{#
  The models of direct figures: values that no sum of municipalities gives (published rates, published aggregates, medians), with the columns
  area_level, area_code, year, indicator_id, breakdown, breakdown_code, vintage, numerator, denominator, value, symbol, status, method.
#}
{% macro direct_figure_models() -%}
    {{ return([
        ref("int_indicators__published_figure"),
        ref("int_indicators__stay_length"),
        ref("int_indicators__waiting_time"),
    ]) }}
{%- endmacro %}

{# Without a denominator the figure is its numerator. A ratio is formed from sums, never from other ratios, and is NULL without a denominator above zero. #}
{% macro indicator_value(numerator, denominator, is_ratio, multiplier) -%}
    cast(
        case
            when not {{ is_ratio }} then {{ numerator }}
            when {{ denominator }} > 0 then cast({{ numerator }} as double) * {{ multiplier }} / {{ denominator }}
        end as decimal(18, 6)
    )
{%- endmacro %}

{# Inside the bounds of a class of size, both inclusive; the last class has no upper bound. #}
{% macro in_size_class(population, lower, upper) -%}
    ({{ population }} >= {{ lower }} and ({{ upper }} is null or {{ population }} <= {{ upper }}))
{%- endmacro %}

{# The first year that areas are described for: no figure is older. #}
{% macro first_figure_year() -%} 2000 {%- endmacro %}

{# C104: fewer than the threshold, and not none. #}
{% macro is_small_number(amount) -%} ({{ amount }} > 0 and {{ amount }} < {{ var("small_number_threshold") }}) {%- endmacro %}

{# C166: the limit of the others for one who is among all: a place up to its own is the next one among all. Empty where there are too few. #}
{% macro limit_among_others(rate, places, limit) -%}
    cast(case
        when {{ rate }} is not null and {{ places }}.low_0 is not null and {{ places }}.high_2 is not null
            then
                case when {{ rate }} <= {{ places }}.{{ limit }}_0 then {{ places }}.{{ limit }}_1 else {{ places }}.{{ limit }}_0 end
                * (1 - {{ places }}.{{ limit }}_part)
                + case when {{ rate }} <= {{ places }}.{{ limit }}_1 then {{ places }}.{{ limit }}_2 else {{ places }}.{{ limit }}_1 end
                * {{ places }}.{{ limit }}_part
    end as decimal(18, 6))
{%- endmacro %}
