-- C47: for every function, the persons of all scores are all receivers, and each breakdown of the residents sums to all residents.
with need_scores as (
    select * from {{ ref('fct_need_score') }}
),

receivers as (
    select
        municipality_code,
        reference_date,
        population,
        count(*) as receiver_count
    from {{ ref('int_care__receiver') }}
    group by municipality_code, reference_date, population
),

persons as (
    select
        municipality_code,
        reference_date,
        population,
        breakdown,
        need_function,
        sum(person_count) as person_count
    from need_scores
    group by municipality_code, reference_date, population, breakdown, need_function
),

wanted as (
    select
        receivers.*,
        functions.need_function,
        breakdowns.breakdown
    from receivers
    cross join (select distinct need_function from need_scores) as functions
    cross join (select distinct breakdown from need_scores) as breakdowns
    where receivers.population = 'resident' or breakdowns.breakdown = 'all'
)

select
    'persons by score in breakdown ' || wanted.breakdown as rule,
    count(*) as failing_rows
from wanted
left join persons
    on
        wanted.municipality_code = persons.municipality_code
        and wanted.reference_date = persons.reference_date
        and wanted.population = persons.population
        and wanted.breakdown = persons.breakdown
        and wanted.need_function = persons.need_function
where persons.person_count is distinct from wanted.receiver_count
group by wanted.breakdown
