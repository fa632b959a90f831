-- C41: the size by period that facts look up is the number of member rows on the day, counted one by one.
with household_years as (
    select * from {{ ref('fct_household_year') }}
    where household_size is not null
),

members as (
    select
        household_key,
        reference_date,
        count(*) as member_count,
        count(*) filter (where age <= 17) as children_count
    from {{ ref('int_households__stock_member') }}
    group by household_key, reference_date
)

select
    'household_size and children_count are the members on 31 December' as rule,
    count(*) as failing_rows
from household_years
left join members
    on household_years.household_key = members.household_key and household_years.reference_date = members.reference_date
where
    household_years.household_size <> coalesce(members.member_count, 0)
    or household_years.children_count <> coalesce(members.children_count, 0)
having count(*) > 0
