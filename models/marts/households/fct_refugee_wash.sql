-- The flag for refugees against the register, as the work lists that a municipality washes by: one row for each household to look at (C81).
with wash as (
    select * from {{ ref('int_households__refugee_wash') }}
)

select
    household_key,
    municipality_code,
    reference_date,
    work_list,
    {{ label_nb('refugee_work_list', 'work_list') }} as work_list_label_nb,
    tenancy_key,
    dwelling_key,
    primary_group_form_2009,
    {{ group_label_nb('form_2009', 'primary_group_form_2009') }} as primary_group_form_2009_label_nb,
    {{ year_of('settlement_date') }} as settlement_year,
    {{ days_between('settlement_date', 'reference_date') }} as days_since_settlement,
    case when work_list = 'grant_ended' then {{ days_between('refugee_until', 'reference_date') }} end as days_since_fifth_anniversary
from wash
