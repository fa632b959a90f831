-- C123: measures of temporary accommodation: households there on 31 December, and stays, nights and cost of the year.
with

covered_years as (
    select
        municipality_code,
        year,
        reference_date
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'temporary_accommodation' and entity = 'stay'
),

stays as (
    select * from {{ ref("int_temporary__stay") }}
),

there as (
    select * from {{ ref("int_temporary__stay_year") }}
    where is_counted
),

-- A night belongs to the year of the day it begins on.
stay_in_year as (
    select
        covered_years.municipality_code,
        covered_years.year,
        stays.price_per_night_nok,
        {{ days_between(
            "greatest(stays.start_date, make_date(covered_years.year, 1, 1))",
            "least(" ~ open_end("stays.end_date") ~ ", " ~ add_days("covered_years.reference_date", 1) ~ ")"
        ) }} as nights
    from covered_years
    inner join stays
        on
            covered_years.municipality_code = stays.municipality_code
            and covered_years.reference_date >= stays.start_date
            and {{ open_end("stays.end_date") }} > make_date(covered_years.year, 1, 1)
    where {{ open_end("stays.end_date") }} > stays.start_date
)

select {{ measure("temporary_households", "count(*)") }}
from there
group by municipality_code, year
union all
select {{ measure("temporary_households", "count(*)", breakdown="accommodation_kind", code="accommodation_kind") }}
from there
group by municipality_code, year, accommodation_kind
{%- for name, condition in [
    ("temporary_households_up_to_three_months", "not is_over_three_months"),
    ("temporary_households_over_three_months", "is_over_three_months"),
    ("temporary_households_with_children", "has_children"),
    ("temporary_households_with_children_up_to_three_months", "has_children and not is_over_three_months"),
    ("temporary_households_young", "is_young"),
    ("temporary_households_young_over_three_months", "is_young and is_over_three_months"),
] %}
union all
select {{ measure(name, "count(*) filter (where " ~ condition ~ ")") }}
from there
group by municipality_code, year
{%- endfor %}
union all
select {{ measure("temporary_stays", "count(*)") }}
from stay_in_year
group by municipality_code, year
union all
select {{ measure("temporary_nights", "sum(nights)") }}
from stay_in_year
group by municipality_code, year
union all
select {{ measure("temporary_nights_with_price", "coalesce(sum(nights) filter (where price_per_night_nok is not null), 0)") }}
from stay_in_year
group by municipality_code, year
union all
select {{ measure("temporary_cost_nok", "coalesce(sum(nights * price_per_night_nok), 0)") }}
from stay_in_year
group by municipality_code, year
