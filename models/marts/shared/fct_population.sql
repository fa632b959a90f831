-- C12: persons on 1 January by municipality, year and age group; the official figure where there is one.
with

statbank as (
    select *
    from {{ ref('stg_ssb_population__statbank_population') }}
    {{ latest_known(['municipality_code', 'age', 'year']) }}
),

by_group as (
    select
        statbank.municipality_code,
        statbank.year,
        groups.age_group,
        sum(statbank.persons) as persons,
        count(*) = count(statbank.persons) as is_complete
    from statbank
    inner join {{ ref('age_group') }} as groups
        on
            groups.scheme = 'population'
            and (groups.age_group = 'all' or statbank.age between groups.age_from and groups.age_to)
    group by statbank.municipality_code, statbank.year, groups.age_group
),

supplement as (
    select *
    from {{ ref('stg_population_supplement__population') }}
    {{ latest_known(['municipality_code', 'year', 'age_group']) }}
),

figures as (
    select
        municipality_code,
        year,
        age_group,
        persons,
        'official' as status,
        'observed' as method,
        'ssb_population' as source,
        1 as preference
    from by_group
    where is_complete

    union all

    select
        municipality_code,
        year,
        age_group,
        persons,
        status,
        method,
        'population_supplement' as source,
        2 as preference
    from supplement
),

-- StatBank writes 0 for a code that did not exist in a year: that is no figure.
existing as (
    select figures.*
    from figures
    inner join {{ ref('dim_municipality') }} as municipality
        on
            figures.municipality_code = municipality.municipality_code
            and {{ on_day('make_date(figures.year, 1, 1)', 'municipality.valid_from', 'municipality.valid_to') }}
    -- the inhabitants of the as-of date's year stand at 1 January of the next; later years are not described
    where figures.year <= {{ year_of(as_of_date()) }} + 1
)

select
    municipality_code,
    year,
    age_group,
    cast(persons as bigint) as persons,
    status,
    method,
    source
from existing
qualify row_number() over (partition by municipality_code, year, age_group order by preference) = 1
