-- C23: who came on the waiting list in each year, and who stood on it on 31 December. A household is counted once in each, with the
-- application that was listed first; its other applications stand here too and are not counted.
with

covered_years as (
    select
        municipality_code,
        year,
        reference_date
    from {{ ref('int_deliveries__covered_entity') }}
    where source = 'municipal' and entity = 'application'
),

applications as (
    select * from {{ ref('fct_application') }}
),

listed as (
    select
        'new_on_waiting_list' as measure_id,
        covered_years.municipality_code,
        covered_years.year,
        covered_years.reference_date,
        applications.application_key
    from covered_years
    inner join applications
        on
            covered_years.municipality_code = applications.municipality_code
            and covered_years.year = {{ year_of('applications.listed_date') }}
    union all
    select
        'on_waiting_list' as measure_id,
        covered_years.municipality_code,
        covered_years.year,
        covered_years.reference_date,
        applications.application_key
    from covered_years
    inner join applications
        on
            covered_years.municipality_code = applications.municipality_code
            and {{ on_day('covered_years.reference_date', 'applications.listed_date', 'applications.left_list_date') }}
)

select
    listed.measure_id,
    listed.municipality_code,
    listed.year,
    listed.application_key,
    applications.household_key,
    {{ days_between('applications.listed_date', 'listed.reference_date') }} as listed_days,
    {{ add_years('applications.listed_date', 1) }} <= listed.reference_date as is_over_one_year,
    applications.group_form_2009,
    applications.group_form_2020,
    applications.group_r0_2019,
    row_number() over (
        partition by listed.measure_id, listed.municipality_code, listed.year, applications.household_key
        order by applications.listed_date, applications.application_key
    ) = 1 as is_counted
from listed
inner join applications on listed.application_key = applications.application_key
