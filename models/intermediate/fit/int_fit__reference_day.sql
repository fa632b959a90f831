-- C89: the days on which waiting households and vacant dwellings are held together: 31 December of every year of which it is known what was
-- let, and the as-of date in municipalities that exist then. Where applications are not told of, nobody knows who waits.
with covered_years as (
    select * from {{ ref('int_deliveries__covered_year') }}
    where is_letting_covered
),

covered_applications as (
    select
        municipality_code,
        reference_date
    from {{ ref('int_deliveries__covered_entity') }}
    where source = 'municipal' and entity = 'application'
),

tenancies as (
    select distinct municipality_code from {{ ref('int_tenancies__counted') }}
    where is_counted
),

applications as (
    select distinct municipality_code from {{ ref('int_applications__latest') }}
),

existing as (
    select municipality_code from {{ ref('int_geography__described') }}
    where not is_ended
)

select
    covered_years.municipality_code,
    covered_years.reference_date,
    true as is_covered_year,
    covered_applications.municipality_code is not null as is_waiting_told
from covered_years
left join covered_applications
    on
        covered_years.municipality_code = covered_applications.municipality_code
        and covered_years.reference_date = covered_applications.reference_date

union all

select
    existing.municipality_code,
    {{ as_of_date() }} as reference_date,
    false as is_covered_year,
    applications.municipality_code is not null as is_waiting_told
from existing
inner join tenancies on existing.municipality_code = tenancies.municipality_code
left join applications on existing.municipality_code = applications.municipality_code
anti join covered_years
    on existing.municipality_code = covered_years.municipality_code and covered_years.reference_date = {{ as_of_date() }}
