{# C32: old group 4 in r0_2019, from the contract holder's age on the day and whether it is a staffed dwelling with care. NULL age gives unsplit. #}
{% macro old_group_4(age, is_in_staffed_care) -%}
    case
        when {{ age }} >= 67 and {{ is_in_staffed_care }} then '2'
        when {{ age }} >= 67 then '3'
        else 'unsplit'
    end
{%- endmacro %}
