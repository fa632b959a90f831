-- C94: how long households have stayed by group on 31 December, and how long a stay lasts where those who still live there are reckoned
-- with (C29).
with stock_years as (
    select * from {{ ref('fct_stock_year') }}
    where occupancy = 'let'
),

household_years as (
    select * from {{ ref('fct_household_year') }}
),

survivals as (
    select * from {{ ref('fct_survival') }}
    where measure = 'stay' and area_level = 'municipality' and breakdown = 'target_group_r0_2019'
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

by_class as (
    select
        municipality_code,
        year,
        reference_date,
        primary_group_r0_2019,
        any_value(primary_group_r0_2019_label_nb) as primary_group_r0_2019_label_nb,
        sum(household_count) as household_count,
        sum(household_count) filter (where length_of_stay_class = '0-1') as under_1_year_count,
        sum(household_count) filter (where length_of_stay_class = '1-3') as years_1_3_count,
        sum(household_count) filter (where length_of_stay_class = '3-5') as years_3_5_count,
        sum(household_count) filter (where length_of_stay_class = '5-10') as years_5_10_count,
        sum(household_count) filter (where length_of_stay_class = '10+') as over_10_years_count
    from stock_years
    group by municipality_code, year, reference_date, primary_group_r0_2019
),

so_far as (
    select
        municipality_code,
        year,
        primary_group_r0_2019,
        cast(median(length_of_stay_days) as integer) as median_stay_so_far_days
    from household_years
    group by municipality_code, year, primary_group_r0_2019
)

select
    by_class.municipality_code,
    municipalities.municipality_name,
    municipalities.county_code,
    municipalities.county_name,
    by_class.year,
    by_class.reference_date,
    by_class.primary_group_r0_2019,
    by_class.primary_group_r0_2019_label_nb,
    cast(by_class.household_count as integer) as household_count,
    {%- for column in ["under_1_year_count", "years_1_3_count", "years_3_5_count", "years_5_10_count", "over_10_years_count"] %}
    cast(coalesce(by_class.{{ column }}, 0) as integer) as {{ column }},
    {%- endfor %}
    so_far.median_stay_so_far_days,
    survivals.observation_count as observed_stay_count,
    survivals.event_count as ended_stay_count,
    survivals.q25_days as q25_stay_days,
    survivals.median_days as median_stay_days,
    survivals.q75_days as q75_stay_days
from by_class
left join municipalities
    on
        by_class.municipality_code = municipalities.municipality_code
        and {{ on_day('by_class.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
left join so_far
    on
        by_class.municipality_code = so_far.municipality_code
        and by_class.year = so_far.year
        and by_class.primary_group_r0_2019 = so_far.primary_group_r0_2019
left join survivals
    on by_class.municipality_code = survivals.area_code and by_class.primary_group_r0_2019 = survivals.breakdown_code
