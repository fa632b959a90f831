-- Measures of how households in stock on 31 December fit their dwelling (C85-C88, C119): those that do not, beside those of which it can be
-- told. Of what can be told of no household nothing is known.
{#- what must be told of a household: measures and whom they count -#}
{%- set families = {
    "room_mismatch": {
        "households_fit_of_rooms_told": "true",
        "households_in_too_small": "room_mismatch = 'too_small'",
        "households_in_too_large": "room_mismatch = 'too_large'",
    },
    "needs_accessible_dwelling": {
        "households_needing_access": "needs_accessible_dwelling",
        "households_lacking_access": "accessibility_mismatch = 'not_accessible'",
    },
    "category_mismatch": {
        "households_fit_of_category_told": "true",
        "households_in_wrong_category": "category_mismatch = 'category'",
    },
    "reservation_mismatch": {
        "households_fit_of_reservation_told": "true",
        "households_in_reserved_for_others": "reservation_mismatch = 'reserved_for_others'",
    },
} %}
with

household as (
    select
        *,
        room_count is not null and household_size > 0 as has_rooms_and_members
    from {{ ref("fct_household_year") }}
),

cell as (
    select
        municipality_code,
        year,
        primary_group_r0_2019,
        {%- for told, measures in families.items() %}
        {%- for name, condition in measures.items() %}
        count(*) filter (where {{ told }} is not null and {{ condition }}) as {{ name }},
        {%- endfor %}
        count({{ told }}) as {{ told }}_told,
        {%- endfor %}
        coalesce(sum(room_count) filter (where has_rooms_and_members), 0) as rooms_lived_in,
        coalesce(sum(household_size) filter (where has_rooms_and_members), 0) as persons_in_told_rooms
    from household
    group by municipality_code, year, primary_group_r0_2019
),

year_total as (
    select
        covered.municipality_code,
        covered.year,
        {%- for told, measures in families.items() %}
        {%- for name in measures %}
        coalesce(sum(cell.{{ name }}), 0) as {{ name }},
        {%- endfor %}
        coalesce(sum(cell.{{ told }}_told) > 0, true) as has_{{ told }},
        {%- endfor %}
        coalesce(sum(cell.rooms_lived_in), 0) as rooms_lived_in,
        coalesce(sum(cell.persons_in_told_rooms), 0) as persons_in_told_rooms
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join cell on covered.municipality_code = cell.municipality_code and covered.year = cell.year
    group by covered.municipality_code, covered.year
),

told_cell as (
    select
        {%- for told in families %}
        year_total.has_{{ told }},
        {%- endfor %}
        cell.*
    from cell
    inner join year_total on cell.municipality_code = year_total.municipality_code and cell.year = year_total.year
)

{% for told, measures in families.items() -%}
{%- for name in measures -%}
select {{ measure_if_told(name, name, "has_" ~ told) }}
from year_total
union all
select {{ measure_if_told(name, name, "has_" ~ told, breakdown="target_group_r0_2019", code="primary_group_r0_2019") }}
from told_cell
union all
{% endfor -%}
{%- endfor -%}
select {{ measure("rooms_lived_in", "rooms_lived_in") }}
from year_total
union all
select {{ measure("persons_in_told_rooms", "persons_in_told_rooms") }}
from year_total
