-- Measures of the stock of dwellings on 31 December (C10, C11, C22, C110, C111). What no dwelling of a municipality tells is missing, not
-- zero.
{%- set by_all = ["tenure_form", "tenure_kind", "dwelling_category", "room_class", "area_class"] %}
{%- set by_use = ["tenure_form", "dwelling_category", "room_class"] %}
{%- set columns = {"dwelling_category": "category"} %}
{%- set counts = {
    "disposed_dwellings": by_all + ["need_horizon"],
    "let_dwellings": by_all,
    "vacant_dwellings": by_all,
    "accessible_dwellings": by_use,
    "owned_dwellings": [],
    "rented_in_dwellings": [],
    "right_of_disposal_dwellings": [],
    "allocation_agreement_dwellings": [],
    "referral_agreement_dwellings": [],
    "care_dwellings": ["tenure_form"],
    "let_care_dwellings": [],
    "staffed_dwellings": ["tenure_form"],
} %}
{#- measure: (what must be told, breakdowns) #}
{%- set told = {
    "dwellings_with_area": ("area", ["tenure_kind", "dwelling_category"]),
    "dwellings_from_60_sqm": ("area", ["tenure_kind", "dwelling_category"]),
    "area_sqm": ("area", ["tenure_kind", "dwelling_category"]),
    "dwellings_with_rent": ("rent", by_use),
    "monthly_rent_nok": ("rent", by_use),
    "area_with_rent_sqm": ("rent_and_area", by_use),
    "monthly_rent_with_area_nok": ("rent_and_area", by_use),
    "grant_bound_dwellings": ("binding", ["tenure_form"]),
} %}
with

-- Dwellings alike in all that they are divided by are added up once.
cell as (
    select
        municipality_code,
        year,
        tenure_form,
        tenure_kind,
        category,
        room_class,
        area_class,
        need_horizon,
        count(*) as disposed_dwellings,
        count(*) filter (where is_let) as let_dwellings,
        count(*) filter (where not is_let) as vacant_dwellings,
        count(*) filter (where is_wheelchair_accessible) as accessible_dwellings,
        count(*) filter (where tenure_form = 'owned') as owned_dwellings,
        count(*) filter (where tenure_form = 'rented_in') as rented_in_dwellings,
        count(*) filter (where tenure_form = 'right_of_disposal') as right_of_disposal_dwellings,
        count(*) filter (where tenure_kind = 'allocation_agreement') as allocation_agreement_dwellings,
        count(*) filter (where tenure_kind = 'referral_agreement') as referral_agreement_dwellings,
        count(*) filter (where is_care_dwelling) as care_dwellings,
        count(*) filter (where is_care_dwelling and is_let) as let_care_dwellings,
        count(*) filter (where is_staffed) as staffed_dwellings,
        count(area_m2) as dwellings_with_area,
        count(*) filter (where area_m2 >= 60) as dwellings_from_60_sqm,
        coalesce(sum(area_m2), 0) as area_sqm,
        count(monthly_rent_nok) as dwellings_with_rent,
        coalesce(sum(monthly_rent_nok), 0) as monthly_rent_nok,
        count(*) filter (where area_m2 is not null and monthly_rent_nok is not null) as dwellings_with_rent_and_area,
        coalesce(sum(area_m2) filter (where monthly_rent_nok is not null), 0) as area_with_rent_sqm,
        coalesce(sum(monthly_rent_nok) filter (where area_m2 is not null), 0) as monthly_rent_with_area_nok,
        count(is_grant_bound) as dwellings_with_binding,
        count(*) filter (where is_grant_bound) as grant_bound_dwellings
    from {{ ref("int_indicators__dwelling_year") }}
    group by municipality_code, year, tenure_form, tenure_kind, category, room_class, area_class, need_horizon
),

-- From the years that were delivered, so that a municipality without dwellings reports zero. With dwellings, and none that tells, nothing
-- is known.
year_total as (
    select
        covered.municipality_code,
        covered.year,
        {%- for name in counts %}
        coalesce(sum(cell.{{ name }}), 0) as {{ name }},
        {%- endfor %}
        {%- for name in told %}
        coalesce(sum(cell.{{ name }}), 0) as {{ name }},
        {%- endfor %}
        coalesce(sum(cell.dwellings_with_area) > 0, true) as has_area,
        coalesce(sum(cell.dwellings_with_rent) > 0, true) as has_rent,
        coalesce(sum(cell.dwellings_with_rent_and_area) > 0, true) as has_rent_and_area,
        coalesce(sum(cell.dwellings_with_binding) > 0, true) as has_binding
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join cell on covered.municipality_code = cell.municipality_code and covered.year = cell.year
    group by covered.municipality_code, covered.year
),

told_cell as (
    select
        cell.*,
        year_total.has_area,
        year_total.has_rent,
        year_total.has_rent_and_area,
        year_total.has_binding
    from cell
    inner join year_total on cell.municipality_code = year_total.municipality_code and cell.year = year_total.year
)

{% for name, breakdowns in counts.items() -%}
{{ "union all" if not loop.first }}
select {{ measure(name, name) }}
from year_total
{% for breakdown in breakdowns -%}
{%- set column = columns.get(breakdown, breakdown) -%}
union all
select {{ measure(name, "sum(" ~ name ~ ")", breakdown=breakdown, code=column) }}
from cell
group by municipality_code, year, {{ column }}
{% endfor -%}
{%- endfor -%}
{%- for name, (what, breakdowns) in told.items() -%}
union all
select {{ measure_if_told(name, name, "has_" ~ what) }}
from year_total
{% for breakdown in breakdowns -%}
{%- set column = columns.get(breakdown, breakdown) -%}
union all
select {{ measure_if_told(name, "sum(" ~ name ~ ")", "bool_and(has_" ~ what ~ ")", breakdown=breakdown, code=column) }}
from told_cell
group by municipality_code, year, {{ column }}
{% endfor -%}
{%- endfor -%}
