-- Measures of vacancy (C11, C89, C113): why dwellings are vacant on 31 December, and the days and rent lost in the year.
with

vacant as (
    select
        municipality_code,
        year,
        coalesce(vacancy_reason, 'not_told') as vacancy_reason,
        count(*) as dwellings,
        count(*) filter (where is_available) as available
    from {{ ref("fct_vacant_fit") }}
    where is_covered_year
    group by municipality_code, year, coalesce(vacancy_reason, 'not_told')
),

available as (
    select
        covered.municipality_code,
        covered.year,
        coalesce(sum(vacant.available), 0) as dwellings
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join vacant on covered.municipality_code = vacant.municipality_code and covered.year = vacant.year
    group by covered.municipality_code, covered.year
),

dwelling_days as (
    select
        municipality_code,
        year,
        sum(days_disposed) as days,
        sum(days_vacant) as vacant_days,
        sum(rent_lost_nok) as rent_lost_nok,
        -- days of a dwelling without a rent are lost to nobody knows how much
        sum(days_vacant) filter (where monthly_rent_nok is null) as days_without_rent
    from {{ ref("fct_dwelling_month") }}
    group by municipality_code, year
),

year_days as (
    select
        whole.municipality_code,
        whole.year,
        whole.is_letting_told as is_told,
        coalesce(dwelling_days.days, 0) as days,
        coalesce(dwelling_days.vacant_days, 0) as vacant_days,
        coalesce(dwelling_days.rent_lost_nok, 0) as rent_lost_nok,
        whole.is_letting_told and coalesce(dwelling_days.days_without_rent, 0) = 0 as is_rent_told
    from {{ ref("int_indicators__whole_year") }} as whole
    left join dwelling_days on whole.municipality_code = dwelling_days.municipality_code and whole.year = dwelling_days.year
)

select {{ measure("vacant_dwellings", "dwellings", breakdown="vacancy_reason", code="vacancy_reason") }}
from vacant
union all
select {{ measure("available_vacant_dwellings", "dwellings") }}
from available
union all
select {{ measure_if_told("dwelling_days", "days", "is_told") }}
from year_days
union all
select {{ measure_if_told("vacant_days", "vacant_days", "is_told") }}
from year_days
union all
select {{ measure_if_told("rent_lost_nok", "rent_lost_nok", "is_rent_told") }}
from year_days
