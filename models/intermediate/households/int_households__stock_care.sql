-- C43, C47, C48: services, and needs of those who receive them, of households in stock on each 31 December that is counted. A household in
-- which nobody that links has a service on the day has no row.
with members as (
    select * from {{ ref('int_households__stock_member') }}
),

services as (
    select * from {{ ref('int_care__service') }}
    where is_linkable
),

staffing as (
    select * from {{ ref('int_care__dwelling_staffing') }}
),

need_scores as (
    select * from {{ ref('int_care__need_score') }}
),

-- A person who stands twice in the household (T025) has each service once.
linked_person as (
    select distinct
        household_key,
        reference_date,
        person_key
    from members
    where is_linkable
),

service_on_day as (
    select
        linked_person.household_key,
        linked_person.reference_date,
        linked_person.person_key,
        services.is_dwelling,
        services.hours_per_week,
        coalesce(staffing.staffing, services.staffing) as staffing
    from linked_person
    inner join services
        on
            linked_person.person_key = services.person_key
            and {{ on_day('linked_person.reference_date', 'services.start_date', 'services.end_date') }}
    left join staffing
        on
            services.service_key = staffing.service_key
            and {{ on_day('linked_person.reference_date', 'staffing.valid_from', 'staffing.valid_to') }}
),

care as (
    select
        household_key,
        reference_date,
        count(distinct person_key) filter (where not is_dwelling) as member_with_service_count,
        count(*) filter (where not is_dwelling) as service_count,
        count(hours_per_week) filter (where not is_dwelling) as service_with_hours_count,
        sum(hours_per_week) filter (where not is_dwelling) as hours_per_week,
        count(*) filter (where is_dwelling) as housing_decision_count,
        max({{ staffing_rank('staffing') }}) filter (where is_dwelling) as staffing_rank
    from service_on_day
    group by household_key, reference_date
),

-- Scores tell of those who receive a service on the day.
receiver as (
    select distinct
        household_key,
        reference_date,
        person_key
    from service_on_day
),

need as (
    select
        receiver.household_key,
        receiver.reference_date,
        {{ for_each_need('max(nullif(need_scores.need_<function>, 9)) as need_<function>') }}
    from receiver
    inner join need_scores
        on
            receiver.person_key = need_scores.person_key
            and {{ on_day('receiver.reference_date', 'need_scores.valid_from', 'need_scores.valid_to') }}
    group by receiver.household_key, receiver.reference_date
)

select
    care.household_key,
    care.reference_date,
    care.member_with_service_count,
    care.service_count,
    care.service_with_hours_count,
    care.hours_per_week,
    care.housing_decision_count,
    {{ staffing_of_rank('care.staffing_rank') }} as decision_staffing,
    greatest(
        {{ for_each_need('need.need_<function>') }}
    ) as highest_need_score,
    {{ for_each_need('need.need_<function>') }}
from care
left join need on care.household_key = need.household_key and care.reference_date = need.reference_date
