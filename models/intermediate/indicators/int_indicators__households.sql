-- Measures of the households in stock on 31 December (C35), by primary group, by any group and with care services (C40).
with

household as (
    select
        covered.municipality_code,
        covered.year,
        household_year.household_key,
        household_year.primary_group_form_2009 as group_form_2009,
        household_year.primary_group_form_2020 as group_form_2020,
        household_year.primary_group_r0_2019 as group_r0_2019,
        household_year.has_care_service
    from {{ ref("int_deliveries__covered_year") }} as covered
    inner join {{ ref("fct_household_year") }} as household_year
        on covered.municipality_code = household_year.municipality_code and covered.year = household_year.year
),

year_total as (
    select
        covered.municipality_code,
        covered.year,
        count(household.household_key) as households,
        count(household.household_key) filter (where household.has_care_service) as with_care_service
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join household on covered.municipality_code = household.municipality_code and covered.year = household.year
    group by covered.municipality_code, covered.year
),

-- One row for each group of a household on the day, the primary and the secondary ones.
household_group as (
    select
        household.municipality_code,
        household.year,
        household.household_key,
        bridge.scheme,
        bridge.group_code
    from household
    inner join {{ ref("bridge_household_target_group") }} as bridge
        on
            household.household_key = bridge.household_key
            and {{ on_day(last_of_year("household.year"), "bridge.valid_from", "bridge.valid_to") }}
)

select {{ measure("households", "households") }}
from year_total
union all
select {{ measure("households_with_care_service", "with_care_service") }}
from year_total
{%- for scheme in ["form_2009", "form_2020", "r0_2019"] %}
union all
select {{ measure("households", "count(*)", breakdown="target_group_" ~ scheme, code="group_" ~ scheme) }}
from household
group by municipality_code, year, group_{{ scheme }}
union all
select
    {{ measure(
        "households_with_care_service", "count(*) filter (where has_care_service)",
        breakdown="target_group_" ~ scheme, code="group_" ~ scheme,
    ) }}
from household
group by municipality_code, year, group_{{ scheme }}
union all
select {{ measure("households_any_group", "count(*)", breakdown="target_group_" ~ scheme, code="group_code") }}
from household_group
where scheme = '{{ scheme }}'
group by municipality_code, year, group_code
{%- endfor %}
