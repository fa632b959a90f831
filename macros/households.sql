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

{#
  C27: whether a contract that runs on a day is overdue for re-assessment. One of three years that tells no end runs three years. NULL where it
  cannot be told: nobody tells of re-assessments, or a fixed term tells no end.
#}
{% macro is_reassessment_overdue(tenancy, day, tells_reassessments) -%}
    {%- set run_out -%}
        coalesce(
            {{ tenancy }}.agreed_end_date, case when {{ tenancy }}.contract_kind = 'three_year' then {{ add_years(tenancy ~ ".start_date", 3) }} end
        )
    {%- endset -%}
    case
        when {{ tenancy }}.contract_kind = 'permanent' then false
        when {{ run_out }} <= {{ day }} then true
        when {{ add_years("greatest(" ~ tenancy ~ ".start_date, " ~ tenancy ~ ".reassessed_date)", 3) }} <= {{ day }}
            then case when {{ tells_reassessments }} then true end
        when {{ run_out }} is not null then false
    end
{%- endmacro %}
