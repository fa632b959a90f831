-- C172, C173: let dwellings allotted for health and care (+1) and persons with a housing decision in IPLOS (-1) on 31 December, each with
-- the one reason why it has no counterpart in the other register, or with its counterpart (matched). The order of the reasons is the rule.
{%- set days = var("reconciliation_days") %}
{%- set days_before = "-" ~ days %}
with

-- Only where both registers are told of the day.
covered as (
    select
        letting.municipality_code,
        letting.year,
        letting.reference_date,
        bool_or(entity.source = 'municipal' and entity.entity = 'household_member') as has_members
    from {{ ref("int_deliveries__covered_year") }} as letting
    inner join {{ ref("int_deliveries__covered_entity") }} as entity
        on letting.municipality_code = entity.municipality_code and letting.reference_date = entity.reference_date
    where letting.is_letting_covered
    group by letting.municipality_code, letting.year, letting.reference_date
    having bool_or(entity.source = 'iplos' and entity.entity = 'service')
),

tenancies as (
    select
        *,
        {{ is_allotted_for_care("tenancies") }} as is_allotted
    from {{ ref("fct_tenancy") }} as tenancies
    where is_counted
),

stock as (
    select * from {{ ref("int_households__stock") }}
    where is_covered_year
),

stock_members as (
    select * from {{ ref("int_households__stock_member") }}
),

members as (
    select * from {{ ref("int_households__member") }}
    where is_linkable
),

services as (
    select * from {{ ref("int_care__service") }}
),

let_dwelling as (
    select
        covered.municipality_code,
        covered.year,
        covered.reference_date,
        covered.has_members,
        stock.household_key,
        stock.category,
        stock.tenancy_key,
        tenancies.start_date,
        tenancies.is_allotted,
        tenancies.has_decision
    from covered
    inner join stock on covered.municipality_code = stock.municipality_code and covered.reference_date = stock.reference_date
    inner join tenancies on stock.tenancy_key = tenancies.tenancy_key
),

household as (
    select
        municipality_code,
        year,
        reference_date,
        household_key,
        count(*) filter (where is_allotted) as allotted_count,
        coalesce(bool_or(category <> 'ordinary') filter (where not is_allotted), false) as is_other_care_dwelling,
        coalesce(bool_or(not is_allotted), false) as is_other_dwelling
    from let_dwelling
    group by municipality_code, year, reference_date, household_key
),

decided_person as (
    select
        covered.municipality_code,
        covered.year,
        covered.reference_date,
        covered.has_members,
        services.person_key,
        bool_and(services.is_linkable) as is_linkable
    from covered
    inner join services
        on
            covered.municipality_code = services.municipality_code
            and {{ on_day("covered.reference_date", "services.start_date", "services.end_date") }}
    where services.is_dwelling
    group by covered.municipality_code, covered.year, covered.reference_date, covered.has_members, services.person_key
),

-- Who stands in several households is counted in one, in that with a dwelling allotted so first. Persons of one household take its
-- dwellings one each, by turns.
lived_in as (
    select
        decided_person.municipality_code,
        decided_person.year,
        decided_person.person_key,
        household.household_key,
        household.allotted_count,
        household.is_other_care_dwelling,
        household.is_other_dwelling
    from decided_person
    inner join stock_members
        on
            decided_person.municipality_code = stock_members.municipality_code
            and decided_person.reference_date = stock_members.reference_date
            and decided_person.person_key = stock_members.person_key
    inner join household
        on stock_members.household_key = household.household_key and stock_members.reference_date = household.reference_date
    where decided_person.is_linkable and stock_members.is_linkable
    qualify row_number() over (
        partition by decided_person.municipality_code, decided_person.year, decided_person.person_key
        order by household.allotted_count > 0 desc, household.household_key
    ) = 1
),

numbered_person as (
    select
        *,
        row_number() over (partition by year, household_key order by person_key) as person_number,
        count(*) over (partition by year, household_key) as person_count
    from lived_in
),

-- C173: lived in such a dwelling some days before or after, though in none of the municipality's on the day.
lived_nearby as (
    select distinct
        decided_person.municipality_code,
        decided_person.year,
        decided_person.person_key
    from decided_person
    inner join members
        on
            decided_person.municipality_code = members.municipality_code
            and decided_person.person_key = members.person_key
            and members.from_date <= {{ add_days("decided_person.reference_date", days) }}
            and {{ open_end("members.to_date") }} > {{ add_days("decided_person.reference_date", days_before) }}
    inner join tenancies
        on
            members.household_key = tenancies.household_key
            and tenancies.start_date <= {{ add_days("decided_person.reference_date", days) }}
            and {{ open_end("tenancies.end_date") }} > {{ add_days("decided_person.reference_date", days_before) }}
            and tenancies.start_date < {{ open_end("members.to_date") }}
            and members.from_date < {{ open_end("tenancies.end_date") }}
    where tenancies.is_allotted
),

numbered_dwelling as (
    select
        *,
        row_number() over (partition by year, household_key order by start_date desc, tenancy_key) as dwelling_number
    from let_dwelling
    where is_allotted
),

-- What the members of a household have in IPLOS on the day, in the year and in the days after: a decision that ran out in the year stands
-- in the statistics of the year and not in those of the day.
member_service as (
    select
        stock_members.household_key,
        stock_members.reference_date,
        coalesce(
            bool_or({{ on_day("stock_members.reference_date", "services.start_date", "services.end_date") }}), false
        ) as has_service,
        coalesce(
            bool_or({{ on_day("stock_members.reference_date", "services.start_date", "services.end_date") }})
            filter (where services.is_dwelling), false
        ) as has_decision_on_day,
        coalesce(bool_or(services.is_dwelling), false) as has_decision_around
    from stock_members
    inner join services
        on
            stock_members.municipality_code = services.municipality_code
            and stock_members.person_key = services.person_key
            and services.start_date <= {{ add_days("stock_members.reference_date", days) }}
            and {{ open_end("services.end_date") }} > {{ new_year(year_of("stock_members.reference_date")) }}
    where stock_members.is_linkable and services.is_linkable
    group by stock_members.household_key, stock_members.reference_date
),

link as (
    select
        household_key,
        reference_date,
        bool_and(is_linkable) as is_every_member_linked
    from stock_members
    group by household_key, reference_date
),

dwelling_row as (
    select
        dwelling.municipality_code,
        dwelling.year,
        dwelling.tenancy_key,
        case
            when not dwelling.has_members then 'members_not_told'
            when dwelling.dwelling_number <= person.person_count then 'matched'
            when person.person_count is not null then 'several_dwellings'
            when member_service.has_decision_on_day then 'person_in_several_households'
            when member_service.has_decision_around then 'date_of_count'
            when not coalesce(link.is_every_member_linked, false) then 'unmatched_identity'
            when not dwelling.has_decision then 'household_without_decision'
            when dwelling.category = 'ordinary' then 'care_dwelling_definition'
            when not coalesce(member_service.has_service, false) then 'persons_without_services'
            else 'decision_not_in_iplos'
        end as cause_id
    from numbered_dwelling as dwelling
    left join numbered_person as person
        on dwelling.household_key = person.household_key and dwelling.year = person.year and person.person_number = 1
    left join member_service
        on dwelling.household_key = member_service.household_key and dwelling.reference_date = member_service.reference_date
    left join link on dwelling.household_key = link.household_key and dwelling.reference_date = link.reference_date
),

person_row as (
    select
        decided_person.municipality_code,
        decided_person.year,
        decided_person.person_key,
        case
            when not decided_person.has_members then 'members_not_told'
            when not decided_person.is_linkable then 'unmatched_identity'
            when person.person_number <= person.allotted_count then 'matched'
            when person.allotted_count > 0 then 'several_persons'
            when person.is_other_care_dwelling then 'care_dwelling_definition'
            when person.is_other_dwelling then 'other_office'
            when person.household_key is not null then 'unexplained'
            when lived_nearby.person_key is not null then 'date_of_count'
            else 'no_known_dwelling'
        end as cause_id
    from decided_person
    left join numbered_person as person
        on
            decided_person.municipality_code = person.municipality_code
            and decided_person.year = person.year
            and decided_person.person_key = person.person_key
    left join lived_nearby
        on
            decided_person.municipality_code = lived_nearby.municipality_code
            and decided_person.year = lived_nearby.year
            and decided_person.person_key = lived_nearby.person_key
)

select
    municipality_code,
    year,
    'care_dwellings_iplos' as pair_id,
    cause_id,
    'tenancy' as member_kind,
    tenancy_key as member_key,
    1 as amount
from dwelling_row
union all
select
    municipality_code,
    year,
    'care_dwellings_iplos' as pair_id,
    cause_id,
    'person' as member_kind,
    person_key as member_key,
    -1 as amount
from person_row
