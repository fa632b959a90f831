-- Measures of the households in stock on 31 December (C35): who they are, how many live there and how long they have lived there, by
-- primary group, by any group and with care services (C40); collectives (C46), groups by horizon (C115) and refugees (C95, C114).
{%- set columns = {
    "target_group_form_2009": "primary_group_form_2009",
    "target_group_form_2020": "primary_group_form_2020",
    "target_group_r0_2019": "primary_group_r0_2019",
    "target_group_care_3": "primary_group_care_3",
    "target_group_care_3b": "primary_group_care_3b",
    "target_group_bodo_4": "primary_group_bodo_4",
    "contract_holder_age": "contract_holder_age_group",
    "household_type": "household_type",
    "length_of_stay": "length_of_stay_class",
    "tenure_form": "tenure_form",
    "dwelling_category": "category",
    "need_horizon": "need_horizon",
} %}
{%- set by_group = ["target_group_form_2009", "target_group_form_2020", "target_group_r0_2019"] %}
{%- set counts = {
    "households": columns.keys() | list,
    "households_with_care_service": by_group,
    "households_with_known_members": ["target_group_r0_2019", "contract_holder_age", "dwelling_category"],
    "persons": ["target_group_r0_2019", "contract_holder_age", "dwelling_category"],
    "children": ["target_group_r0_2019", "dwelling_category"],
    "households_with_children": ["target_group_r0_2019", "dwelling_category"],
    "households_of_one_person": ["target_group_r0_2019", "dwelling_category"],
    "households_67_or_older": ["dwelling_category"],
    "households_under_30": [],
    "households_in_collectives": ["target_group_r0_2019"],
    "refugee_households": [],
    "unclassified_households": [],
} %}
with

household as (
    select
        covered.municipality_code,
        covered.year,
        household_year.household_key,
        household_year.household_size,
        household_year.children_count,
        household_year.has_care_service,
        household_year.is_collective,
        household_year.primary_group_form_2009,
        household_year.primary_group_form_2020,
        household_year.primary_group_r0_2019,
        household_year.primary_group_care_3,
        household_year.primary_group_care_3b,
        household_year.primary_group_bodo_4,
        household_year.length_of_stay_class,
        household_year.tenure_form,
        household_year.category,
        coalesce(household_year.need_horizon, 'unknown') as need_horizon,
        coalesce(household_year.household_type, 'unknown') as household_type,
        coalesce(household_year.contract_holder_age_group, 'unknown') as contract_holder_age_group
    from {{ ref("int_deliveries__covered_year") }} as covered
    inner join {{ ref("fct_household_year") }} as household_year
        on covered.municipality_code = household_year.municipality_code and covered.year = household_year.year
),

-- Households alike in all that they are divided by are added up once.
cell as (
    select
        municipality_code,
        year,
        {{ columns.values() | join(",\n        ") }},
        count(*) as households,
        count(*) filter (where has_care_service) as households_with_care_service,
        count(*) filter (where household_size > 0) as households_with_known_members,
        coalesce(sum(household_size), 0) as persons,
        coalesce(sum(children_count), 0) as children,
        count(*) filter (where children_count > 0) as households_with_children,
        count(*) filter (where household_size = 1) as households_of_one_person,
        count(*) filter (where contract_holder_age_group in ('67-79', '80+')) as households_67_or_older,
        count(*) filter (where contract_holder_age_group in ('0-17', '18-29')) as households_under_30,
        count(*) filter (where is_collective) as households_in_collectives,
        count(*) filter (where primary_group_r0_2019 = '4') as refugee_households,
        count(*) filter (where primary_group_form_2009 in ('unclassified', 'formerly_refugee')) as unclassified_households
    from household
    group by municipality_code, year, {{ columns.values() | join(", ") }}
),

-- From the years that were delivered, so that a municipality without households reports zero.
year_total as (
    select
        {%- for name in counts %}
        coalesce(sum(cell.{{ name }}), 0) as {{ name }},
        {%- endfor %}
        covered.municipality_code,
        covered.year
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join cell on covered.municipality_code = cell.municipality_code and covered.year = cell.year
    group by covered.municipality_code, covered.year
),

-- One row for each group of a household on the day, the primary and the secondary ones.
household_group as (
    select
        household.municipality_code,
        household.year,
        bridge.scheme,
        bridge.group_code,
        bridge.group_rank
    from household
    inner join {{ ref("bridge_household_target_group") }} as bridge
        on
            household.household_key = bridge.household_key
            and {{ on_day(last_of_year("household.year"), "bridge.valid_from", "bridge.valid_to") }}
),

-- Units, not dwellings: in a collective several counted dwellings may share one.
collective as (
    select
        covered.municipality_code,
        covered.year,
        count(collectives.unit_key) as collectives
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join {{ ref("fct_collective") }} as collectives
        on
            covered.municipality_code = collectives.municipality_code
            and {{ on_day("covered.reference_date", "collectives.valid_from", "collectives.valid_to") }}
    group by covered.municipality_code, covered.year
),

-- Without the register, or before the first day it tells of, nobody knows who has been settled for five years.
refugee as (
    select
        covered.municipality_code,
        covered.year,
        report.over_five_years_count,
        report.reached_five_years_count,
        report.still_here_count,
        report.over_five_years_count is not null as is_told
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join {{ ref("rpt_refugee_housing") }} as report
        on covered.municipality_code = report.municipality_code and covered.year = report.year
)

{% for name, breakdowns in counts.items() -%}
{{ "union all" if not loop.first }}
select {{ measure(name, name) }}
from year_total
{% for breakdown in breakdowns -%}
union all
select {{ measure(name, "sum(" ~ name ~ ")", breakdown=breakdown, code=columns[breakdown]) }}
from cell
group by municipality_code, year, {{ columns[breakdown] }}
{% endfor -%}
{%- endfor -%}
union all
-- C115: the horizons that turn over, by group
select {{ measure("households", "sum(households)", breakdown="need_horizon_r0_2019", code="need_horizon || ':' || primary_group_r0_2019") }}
from cell
where need_horizon in ('permanent', 'temporary')
group by municipality_code, year, need_horizon, primary_group_r0_2019
{% for scheme in ["form_2009", "form_2020", "r0_2019"] -%}
union all
select {{ measure("households_any_group", "count(*)", breakdown="target_group_" ~ scheme, code="group_code") }}
from household_group
where scheme = '{{ scheme }}'
group by municipality_code, year, group_code
{% endfor -%}
union all
select {{ measure("households_several_groups", "count(*)") }}
from household_group
where scheme = 'r0_2019' and group_rank = 2
group by municipality_code, year
union all
select {{ measure("collectives", "collectives") }}
from collective
union all
select {{ measure_if_told("households_settled_over_five_years", "over_five_years_count", "is_told") }}
from refugee
union all
select {{ measure_if_told("households_reaching_five_years", "reached_five_years_count", "is_told") }}
from refugee
union all
select {{ measure_if_told("households_still_here_after_five_years", "still_here_count", "is_told") }}
from refugee
