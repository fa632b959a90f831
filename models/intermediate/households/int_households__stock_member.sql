-- C41: the members, on each 31 December that is counted, of the households in stock that day (C35).
with stock as (
    select * from {{ ref('int_households__stock') }}
    where is_covered_year and is_household_row
),

members as (
    select * from {{ ref('int_households__member') }}
)

select
    stock.household_key,
    stock.reference_date,
    stock.municipality_code,
    members.member_number,
    members.person_key,
    members.is_linkable,
    {{ year_of('stock.reference_date') }} - members.birth_year as age
from stock
inner join members
    on
        stock.household_key = members.household_key
        and {{ on_day('stock.reference_date', 'members.from_date', 'members.to_date') }}
