{# Which vacant dwellings fit which waiting households (C89-C90), said once for the marts of both sides. #}

{# What a vacant dwelling is and what a waiting household needs: those that are alike in these are one profile. #}
{% macro vacant_profile() -%}
    {{ return(["municipality_code", "reference_date", "category", "room_count", "is_wheelchair_accessible", "reserved_for"]) }}
{%- endmacro %}

{% macro waiting_profile() -%}
    {{ return([
        "municipality_code", "reference_date", "primary_group_r0_2019", "least_room_count", "most_room_count",
        "needs_accessible_dwelling", "needed_category",
    ]) }}
{%- endmacro %}

{# The five needs, each with what it is called where it is the one that stands in the way. #}
{% macro fit_needs() -%}
    {{ return(["too_small", "too_large", "not_accessible", "category", "reserved_for_others"]) }}
{%- endmacro %}

{#
  Every profile of waiting households beside every profile of vacant dwellings of its municipality and day: `waiting` and `vacant` name CTEs with the
  columns of the profiles, a profile key and, of vacant, is_available. A need that stands in the way is true in its column; what is not told rules nothing out.
#}
{% macro fit_pairs(waiting, vacant) -%}
    select
        *,
        {% for need in fit_needs() -%}
            cast({{ need }} as integer){{ " + " if not loop.last }}
        {%- endfor %} as obstacle_count
    from (
        select
            {{ waiting }}.waiting_profile_key,
            {{ waiting }}.household_count,
            {{ vacant }}.vacant_profile_key,
            {{ vacant }}.dwelling_count,
            {{ vacant }}.is_available,
            coalesce({{ vacant }}.room_count < {{ waiting }}.least_room_count, false) as too_small,
            coalesce({{ vacant }}.room_count > {{ waiting }}.most_room_count, false) as too_large,
            coalesce({{ waiting }}.needs_accessible_dwelling and not {{ vacant }}.is_wheelchair_accessible, false) as not_accessible,
            case
                when {{ waiting }}.needed_category is not null then {{ waiting }}.needed_category <> {{ vacant }}.category
                else coalesce(group_categories.category_fit = 'does_not', false)
            end as category,
            coalesce(
                {{ waiting }}.primary_group_r0_2019 <> 'unclassified'
                and not list_contains(reservations.group_codes, {{ waiting }}.primary_group_r0_2019),
                false
            ) as reserved_for_others
        from {{ waiting }}
        inner join {{ vacant }}
            on {{ waiting }}.municipality_code = {{ vacant }}.municipality_code and {{ waiting }}.reference_date = {{ vacant }}.reference_date
        left join {{ ref('int_fit__group_category') }} as group_categories
            on
                {{ waiting }}.municipality_code = group_categories.municipality_code
                and {{ waiting }}.primary_group_r0_2019 = group_categories.group_code
                and {{ vacant }}.category = group_categories.dwelling_category
        left join {{ ref('int_fit__reservation') }} as reservations
            on
                {{ vacant }}.municipality_code = reservations.municipality_code
                and lower(trim({{ vacant }}.reserved_for)) = reservations.reserved_for
    ) as compared
{%- endmacro %}

{# The need that alone stands in the way of most: the first of equals; NULL where none does so alone. #}
{% macro greatest_obstacle(prefix="") -%}
    case greatest({% for need in fit_needs() %}{{ prefix }}{{ need }}_only_count{{ ", " if not loop.last }}{% endfor %})
        when 0 then null
        {%- for need in fit_needs() %}
        when {{ prefix }}{{ need }}_only_count then '{{ need }}'
        {%- endfor %}
    end
{%- endmacro %}

{# Rooms in classes that a planner builds by. #}
{% macro room_class(room_count) -%}
    case
        when {{ room_count }} is null then 'not_told'
        when {{ room_count }} >= 5 then '5+'
        else cast({{ room_count }} as varchar)
    end
{%- endmacro %}
