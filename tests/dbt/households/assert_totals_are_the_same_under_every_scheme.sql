-- The groups of every scheme sum to the same households, in stock and newly moved in, unsplit and without place among them; and they
-- still do after the unclassified are spread, to the last hundredth (C35, C38, C82).
with imputed as (
    select * from {{ ref('fct_imputed_group') }}
    where method <> 'not_delivered'
),

counted as (
    select
        municipality_code,
        {{ year_of('start_date') }} as year,
        'newly_moved_in' as population,
        count(*) as household_count
    from {{ ref('fct_tenancy') }}
    where is_counted and kind_of_start = 'new'
    group by all
    union all
    select
        municipality_code,
        year,
        'households_in_stock' as population,
        count(*) as household_count
    from {{ ref('fct_household_year') }}
    group by all
),

by_scheme as (
    select
        imputed.municipality_code,
        imputed.year,
        imputed.population,
        imputed.scheme,
        coalesce(any_value(counted.household_count), 0) as household_count,
        sum(imputed.observed_count) as observed_count,
        sum(imputed.imputed_count) as imputed_count
    from imputed
    left join counted
        on
            imputed.municipality_code = counted.municipality_code
            and imputed.year = counted.year
            and imputed.population = counted.population
    group by imputed.municipality_code, imputed.year, imputed.population, imputed.scheme
)

select
    population || ' by groups of ' || scheme as rule,
    count(*) as failing_rows
from by_scheme
where observed_count <> household_count or imputed_count <> household_count
group by population, scheme
union all
select
    population || ' under all schemes' as rule,
    count(*) as failing_rows
from (
    select population
    from by_scheme
    group by municipality_code, year, population
    having count(*) <> {{ group_schemes() | length }}
) as incomplete
group by population
