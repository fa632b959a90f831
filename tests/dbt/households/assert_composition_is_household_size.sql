-- C41: the composition by period and the size of a household on 31 December are two ways of counting the same members.
with household_years as (
    select * from {{ ref('fct_household_year') }}
    where household_size is not null
),

compositions as (
    select * from {{ ref('fct_household_composition') }}
),

compared as (
    select
        household_years.household_size,
        household_years.children_count,
        coalesce(compositions.member_count, 0) as member_count,
        coalesce(compositions.children_count, 0) as children_of_period
    from household_years
    left join compositions
        on
            household_years.household_key = compositions.household_key
            and {{ on_day('household_years.reference_date', 'compositions.valid_from', 'compositions.valid_to') }}
)

select
    'composition on 31 December is household_size and children_count' as rule,
    count(*) as failing_rows
from compared
where household_size <> member_count or children_count <> children_of_period
having count(*) > 0
