-- C122: measures of persons who live in the dwellings, of the care that they receive and of decisions on housing with care.
with

covered_services as (
    select
        municipality_code,
        year,
        reference_date
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'iplos' and entity = 'service'
),

household_care as (
    select * from {{ ref("fct_household_care_year") }}
),

stock_members as (
    select * from {{ ref("int_households__stock_member") }}
),

receivers as (
    select * from {{ ref("int_care__receiver") }}
),

services as (
    select * from {{ ref("fct_care_service") }}
    where is_dwelling
),

staffing as (
    select * from {{ ref("int_care__dwelling_staffing") }}
),

age_groups as (
    select * from {{ ref("age_group") }}
    where scheme = 'population' and age_group <> 'all'
),

need_scores as (
    select * from {{ ref("fct_need_score") }}
    where population = 'resident' and breakdown = 'all' and need_score is not null
),

-- A person who stands in two households (T023) lives in one of them, the one that tells it first.
resident as (
    select
        stock_members.municipality_code,
        household_care.year,
        stock_members.reference_date,
        stock_members.person_key,
        stock_members.is_linkable,
        household_care.category,
        household_care.is_care_dwelling,
        household_care.is_staffed_dwelling,
        age_groups.age_group
    from stock_members
    inner join household_care
        on
            stock_members.household_key = household_care.household_key
            and stock_members.reference_date = household_care.reference_date
    left join age_groups on stock_members.age >= age_groups.age_from and stock_members.age <= age_groups.age_to
    qualify row_number() over (
        partition by stock_members.municipality_code, stock_members.reference_date, stock_members.person_key
        order by stock_members.member_number, stock_members.household_key
    ) = 1
),

-- Who does not link cannot be looked for in the care register.
linked_resident as (
    select
        resident.municipality_code,
        resident.year,
        receivers.person_key is not null as has_service
    from resident
    inner join covered_services
        on resident.municipality_code = covered_services.municipality_code and resident.year = covered_services.year
    left join receivers
        on
            resident.municipality_code = receivers.municipality_code
            and resident.person_key = receivers.person_key
            and resident.reference_date = receivers.reference_date
            and receivers.population = 'resident'
    where resident.is_linkable
),

receiver as (
    select
        municipality_code,
        {{ year_of("reference_date") }} as year
    from receivers
),

-- A person with several decisions counts once for each kind, and has the staff of the one with most.
decision_on_day as (
    select
        covered_services.municipality_code,
        covered_services.year,
        services.person_key,
        services.service_type_code,
        {{ staffing_rank("coalesce(staffing.staffing, services.staffing)") }} as staffing_rank
    from covered_services
    inner join services
        on
            covered_services.municipality_code = services.municipality_code
            and {{ on_day("covered_services.reference_date", "services.start_date", "services.end_date") }}
    left join staffing
        on
            services.service_key = staffing.service_key
            and {{ on_day("covered_services.reference_date", "staffing.valid_from", "staffing.valid_to") }}
),

person_with_decision as (
    select
        municipality_code,
        year,
        person_key,
        coalesce({{ staffing_of_rank("max(staffing_rank)") }}, 'not_told') as staffing
    from decision_on_day
    group by municipality_code, year, person_key
),

scored as (
    select
        municipality_code,
        year,
        need_function,
        need_score,
        person_count
    from need_scores
)

select {{ measure("residents", "count(*)") }}
from resident
group by municipality_code, year
union all
select {{ measure("residents", "count(*)", breakdown="age_population", code="age_group") }}
from resident
group by municipality_code, year, age_group
union all
select {{ measure("residents", "count(*)", breakdown="dwelling_category", code="category") }}
from resident
group by municipality_code, year, category
union all
select {{ measure("residents_in_care_dwellings", "count(*) filter (where is_care_dwelling)") }}
from resident
group by municipality_code, year
union all
select {{ measure(
    "residents_in_care_dwellings", "count(*) filter (where is_care_dwelling)", breakdown="age_population", code="age_group"
) }}
from resident
group by municipality_code, year, age_group
union all
select {{ measure("residents_in_staffed_dwellings", "count(*) filter (where is_staffed_dwelling)") }}
from resident
group by municipality_code, year
union all
select {{ measure(
    "residents_in_staffed_dwellings", "count(*) filter (where is_staffed_dwelling)", breakdown="age_population", code="age_group"
) }}
from resident
group by municipality_code, year, age_group
union all
select {{ measure("linked_residents", "count(*)") }}
from linked_resident
group by municipality_code, year
union all
select {{ measure("linked_residents_in_care_register", "count(*) filter (where has_service)") }}
from linked_resident
group by municipality_code, year
union all
select {{ measure("care_receivers", "count(*)") }}
from receiver
group by municipality_code, year
union all
select {{ measure("persons_with_housing_decision", "count(*)") }}
from person_with_decision
group by municipality_code, year
union all
select {{ measure("persons_with_housing_decision", "count(*)", breakdown="staffing", code="staffing") }}
from person_with_decision
group by municipality_code, year, staffing
union all
select {{ measure(
    "persons_with_housing_decision", "count(distinct person_key)", breakdown="housing_service_type", code="service_type_code"
) }}
from decision_on_day
group by municipality_code, year, service_type_code
union all
select {{ measure("residents_scored", "sum(person_count)", breakdown="need_function", code="need_function") }}
from scored
group by municipality_code, year, need_function
union all
select {{ measure(
    "residents_with_high_need", "coalesce(sum(person_count) filter (where need_score >= 4), 0)",
    breakdown="need_function", code="need_function"
) }}
from scored
group by municipality_code, year, need_function
union all
select {{ measure("need_score_total", "sum(need_score * person_count)", breakdown="need_function", code="need_function") }}
from scored
group by municipality_code, year, need_function
union all
select {{ measure("care_hours_per_week", "coalesce(sum(hours_per_week), 0)") }}
from household_care
group by municipality_code, year
union all
select {{ measure("households_with_care_hours", "count(*) filter (where service_with_hours_count > 0)") }}
from household_care
group by municipality_code, year
union all
select {{ measure("care_dwelling_households_told", "count(*) filter (where is_care_dwelling and has_service is not null)") }}
from household_care
group by municipality_code, year
union all
select {{ measure("care_dwelling_households_without_service", "count(*) filter (where is_care_dwelling_without_service)") }}
from household_care
group by municipality_code, year
union all
select {{ measure("ordinary_dwelling_households_told", "count(*) filter (where not is_care_dwelling and has_service is not null)") }}
from household_care
group by municipality_code, year
union all
select {{ measure("ordinary_dwelling_households_with_service", "count(*) filter (where is_ordinary_dwelling_with_service)") }}
from household_care
group by municipality_code, year
