{# Length of stay and months of stock, said once for the facts that slice by them (C92-C93). #}

{# The full years at which one class of length of stay ends and the next begins. #}
{% macro length_of_stay_years() -%}
    {{ return([1, 3, 5, 10]) }}
{%- endmacro %}

{# C92: the class of a stay on a day, by anniversaries: on the first anniversary a stay is no longer under one year. #}
{% macro length_of_stay_class(stay_start_date, day) -%}
    case
        when {{ stay_start_date }} is null then null
        when {{ day }} < {{ add_years(stay_start_date, 1) }} then '0-1'
        when {{ day }} < {{ add_years(stay_start_date, 3) }} then '1-3'
        when {{ day }} < {{ add_years(stay_start_date, 5) }} then '3-5'
        when {{ day }} < {{ add_years(stay_start_date, 10) }} then '5-10'
        else '10+'
    end
{%- endmacro %}

{# The last month on whose state day (its last day, or the as-of date) something half-open still holds. The first is the month of its first day. #}
{% macro last_state_month(to_date) -%}
    case
        when {{ open_end(to_date) }} > {{ as_of_date() }} then {{ month_number(as_of_date()) }}
        else {{ month_number(to_date) }} - 1
    end
{%- endmacro %}

{# What stock is sliced by; rows alike in these are one row of the cubes. #}
{% macro stock_dimensions() -%}
    {{ return([
        "municipality_code", "category", "tenure_form", "tenure_kind", "need_horizon",
        "primary_group_form_2009", "primary_group_form_2020", "primary_group_r0_2019",
        "primary_group_care_3", "primary_group_care_3b", "primary_group_bodo_4",
        "contract_holder_age_group", "household_type", "length_of_stay_class",
    ]) }}
{%- endmacro %}

{# The dimensions with their labels, from a relation that has the codes. #}
{% macro labelled_stock_dimensions(relation) -%}
    {%- for column in stock_dimensions() %}
    {{ relation }}.{{ column }},
    {%- endfor %}
    {%- for scheme in group_schemes() %}
    {{ group_label_nb(scheme, relation ~ '.primary_group_' ~ scheme) }} as primary_group_{{ scheme }}_label_nb,
    {%- endfor %}
    {{ label_nb('dwelling_category', relation ~ '.category') }} as category_label_nb,
    {{ label_nb('tenure_form', relation ~ '.tenure_form') }} as tenure_form_label_nb,
    {{ label_nb('tenure_kind', relation ~ '.tenure_kind') }} as tenure_kind_label_nb,
    {{ need_horizon_label_nb(relation ~ '.need_horizon') }} as need_horizon_label_nb,
    coalesce(
        {{ label_nb('household_type', relation ~ '.household_type') }}, {{ label_nb('occupancy', relation ~ '.household_type') }}
    ) as household_type_label_nb,
    coalesce(
        {{ label_nb('length_of_stay_class', relation ~ '.length_of_stay_class') }},
        {{ label_nb('occupancy', relation ~ '.length_of_stay_class') }}
    ) as length_of_stay_class_label_nb
{%- endmacro %}

{#
  What a dwelling without a known household has in the dimensions of households: the word of its occupancy, vacant or not_told. Columns of a select,
  after municipality and what the dwelling is.
#}
{% macro no_household_dimensions(occupancy) -%}
    {%- for scheme in group_schemes() %}
    '{{ occupancy }}' as primary_group_{{ scheme }},
    {%- endfor %}
    '{{ occupancy }}' as contract_holder_age_group,
    '{{ occupancy }}' as household_type,
    '{{ occupancy }}' as length_of_stay_class
{%- endmacro %}
