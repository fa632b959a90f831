{# The schemes of target groups, in the order in which they stand beside each other. #}
{% macro group_schemes() -%}
    {{ return(["form_2009", "form_2020", "r0_2019", "care_3", "care_3b", "bodo_4"]) }}
{%- endmacro %}

{# C32: old group 4 in r0_2019 and care_3b, whose codes 2 and 3 are the same two groups, from the contract holder's age on the day and whether it is
   a staffed dwelling with care. NULL age gives unsplit. #}
{% macro old_group_4(age, is_in_staffed_care) -%}
    case
        when {{ age }} >= 67 and {{ is_in_staffed_care }} then '2'
        when {{ age }} >= 67 then '3'
        else 'unsplit'
    end
{%- endmacro %}
