{# Care services and needs of help. #}

{# The functions whose need of help is scored, as the care register names them. #}
{% macro need_functions() %}
    {{ return([
        'housework', 'shopping', 'hygiene', 'dressing', 'eating', 'cooking', 'toilet', 'moving_indoors', 'moving_outdoors', 'own_health',
        'memory', 'communication', 'decisions', 'social', 'behaviour', 'sight', 'hearing',
    ]) }}
{% endmacro %}

{# An expression for each function, with commas between; <function> stands for its name. #}
{% macro for_each_need(expression) -%}
    {% for function in need_functions() %}
        {{- expression.replace('<function>', function) }}{{ ',\n        ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The greatest need of several scores: 1-5 go before 9 (not relevant), which is no number. NULL where none is told. An aggregate. #}
{% macro greatest_need(score) -%}
    coalesce(max(nullif({{ score }}, 9)), max({{ score }}))
{%- endmacro %}

{# Staff permanently in the dwelling as a number that can be compared, and back. #}
{% macro staffing_rank(staffing) -%}
    case {{ staffing }} when 'none' then 0 when 'part_of_day' then 1 when 'round_clock' then 2 end
{%- endmacro %}

{% macro staffing_of_rank(rank) -%}
    case {{ rank }} when 0 then 'none' when 1 then 'part_of_day' when 2 then 'round_clock' end
{%- endmacro %}

{#
  C172: whether a tenancy was allotted for health and care: by that act or by that office. NULL where neither the act nor the office is told.
  In comparisons with true and false only.
#}
{% macro is_allotted_for_care(tenancy) -%}
    case
        when {{ tenancy }}.legal_basis = 'health_care_act' or {{ tenancy }}.allocating_office = 'service_office' then true
        when coalesce({{ tenancy }}.legal_basis, {{ tenancy }}.allocating_office) is not null then false
    end
{%- endmacro %}
