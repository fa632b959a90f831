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

{# What the months are sliced by: less, so that ten years of a country stay a table that can be read. #}
{% macro stock_month_dimensions() -%}
    {{ return([
        "municipality_code", "category", "tenure_form",
        "primary_group_form_2009", "primary_group_form_2020", "primary_group_r0_2019",
        "primary_group_care_3", "primary_group_care_3b", "primary_group_bodo_4",
        "contract_holder_age_group", "household_type", "length_of_stay_class",
    ]) }}
{%- endmacro %}

{# The dimensions with a label beside each code, from a relation that has the codes. Columns of a select, with a comma after the last. #}
{% macro labelled_dimensions(relation, columns) -%}
    {%- for column in columns %}
    {{ relation }}.{{ column }},
    {%- if column.startswith("primary_group_") %}
    {{ group_label_nb(column[14:], relation ~ "." ~ column) }} as {{ column }}_label_nb,
    {%- elif column == "need_horizon" %}
    {{ need_horizon_label_nb(relation ~ "." ~ column) }} as {{ column }}_label_nb,
    {%- elif column == "category" %}
    {{ label_nb("dwelling_category", relation ~ "." ~ column) }} as {{ column }}_label_nb,
    {%- elif column in ("tenure_form", "tenure_kind") %}
    {{ label_nb(column, relation ~ "." ~ column) }} as {{ column }}_label_nb,
    {%- elif column in ("household_type", "length_of_stay_class") %}
    coalesce({{ label_nb(column, relation ~ "." ~ column) }}, {{ label_nb("occupancy", relation ~ "." ~ column) }}) as {{ column }}_label_nb,
    {%- endif %}
    {%- endfor %}
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
