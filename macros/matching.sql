{# What is the same: pairs into groups, and texts into forms that can be compared. #}

{#
  CTEs `links`, `reached` and `component` of a `with recursive`: which things hang together through pairs, however long the chain.
  `component` has the columns of `partition`, `member` and `component_id`, the smallest member of its group.
#}
{% macro components(pairs, partition, first, second) -%}
links as (
    select
        {{ partition | join(", ") }},
        {{ first }} as member,
        {{ second }} as other
    from {{ pairs }}
    union
    select
        {{ partition | join(", ") }},
        {{ second }} as member,
        {{ first }} as other
    from {{ pairs }}
),

reached as (
    select
        {{ partition | join(", ") }},
        member,
        member as reached_member
    from links
    union
    select
        {% for column in partition %}reached.{{ column }},
        {% endfor -%}
        reached.member,
        links.other as reached_member
    from reached
    inner join links
        on
            {% for column in partition %}reached.{{ column }} = links.{{ column }} and {% endfor -%}
            reached.reached_member = links.member
),

component as (
    select
        {{ partition | join(", ") }},
        member,
        min(reached_member) as component_id
    from reached
    group by {{ partition | join(", ") }}, member
)
{%- endmacro %}

{#
  An address as it is compared: without case, punctuation and the spaces that people put differently, and with one form for the usual
  endings (gate, gata, gt.; vei, vegen, vn.). Two numbers stay apart.
#}
{% macro comparable_address(address) -%}
    {%- set words = replace_all("lower(" ~ address ~ ")", "[^a-zæøåäöéü0-9]+", " ") -%}
    {%- set streets = replace_all(words, "(gaten|gata|gate|gt)( |$)", "g ") -%}
    {%- set roads = replace_all(streets, "(vegen|veien|veg|vei|vn)( |$)", "v ") -%}
    {%- set places = replace_all(roads, "(plassen|plass)( |$)", "pl ") -%}
    nullif(trim({{ replace_all(replace_all(places, "([^0-9]) +", "\\1"), " +([^0-9])", "\\1") }}), '')
{%- endmacro %}
