-- Households by primary group sum to all households in every scheme, municipality and year (C35); bridge and fact say the same.
with household_years as (
    select * from {{ ref('fct_household_year') }}
),

primary_groups as (
    select * from {{ ref('bridge_household_target_group') }}
    where is_primary
),

by_scheme as (
    select
        household_years.municipality_code,
        household_years.year,
        schemes.scheme,
        count(distinct household_years.household_key) as households,
        count(primary_groups.household_key) as households_by_primary_group,
        count(*) filter (
            where primary_groups.group_code is distinct from case schemes.scheme
                {%- for scheme in group_schemes() %}
                when '{{ scheme }}' then household_years.primary_group_{{ scheme }}
                {%- endfor %}
            end
        ) as other_group
    from household_years
    cross join unnest({{ group_schemes() }}) as schemes (scheme)
    left join primary_groups
        on
            household_years.household_key = primary_groups.household_key
            and schemes.scheme = primary_groups.scheme
            and {{ on_day('household_years.reference_date', 'primary_groups.valid_from', 'primary_groups.valid_to') }}
    group by household_years.municipality_code, household_years.year, schemes.scheme
)

select
    'households by primary group in ' || scheme as rule,
    count(*) as failing_rows
from by_scheme
where households <> households_by_primary_group or other_group > 0
group by scheme
