{# What a household is called by how many members it has, and how many of them are children (C42). #}

{% macro household_type(member_count, children_count) -%}
    case
        when {{ member_count }} = 0 then 'unknown'
        when {{ member_count }} = {{ children_count }} then 'only_children'
        when {{ member_count }} = 1 then 'one_person'
        when {{ children_count }} = 0 then 'several_adults'
        when {{ member_count }} - {{ children_count }} = 1 then 'one_adult_with_children'
        else 'several_adults_with_children'
    end
{%- endmacro %}
