-- Measures of the waiting list (C23), counted in households: two applications of one household are one on the list.
with

listed as (
    select
        municipality_code,
        household_key,
        listed_date,
        left_list_date
    from {{ ref("fct_application") }}
    where listed_date is not null
),

year_total as (
    select
        covered.municipality_code,
        covered.year,
        count(distinct listed.household_key) filter (where {{ year_of("listed.listed_date") }} = covered.year) as new_on_list,
        count(distinct listed.household_key) filter (
            where {{ on_day("covered.reference_date", "listed.listed_date", "listed.left_list_date") }}
        ) as on_list
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join listed on covered.municipality_code = listed.municipality_code
    group by covered.municipality_code, covered.year
)

select {{ measure("new_on_waiting_list", "new_on_list") }}
from year_total
union all
select {{ measure("on_waiting_list", "on_list") }}
from year_total
