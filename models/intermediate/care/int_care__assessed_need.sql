-- C47: days on which a person's needs were told, with the score of each function: by a service that began, or by an assessment of its own.
with services as (
    select * from {{ ref('int_care__service') }}
),

persons as (
    select
        municipality_code,
        person_number,
        {{ surrogate_key(['person_pseudonym']) }} as person_key
    from {{ ref('int_matching__care_person_row') }}
    where person_id_status = 'valid'
    {{ latest_known(['municipality_code', 'person_number']) }}
),

assessments as (
    select *
    from {{ ref('stg_iplos__need_score') }}
    {{ latest_known(['municipality_code', 'person_number', 'need_function', 'assessed_date']) }}
),

-- Where two services begin on one day the greater need counts.
told_by_service as (
    select
        person_key,
        start_date as told_date,
        false as is_assessment,
        {{ for_each_need(greatest_need('need_<function>') ~ ' as need_<function>') }}
    from services
    group by person_key, start_date
),

told_by_assessment as (
    select
        persons.person_key,
        assessments.assessed_date as told_date,
        true as is_assessment,
        {{ for_each_need(
            greatest_need("case when assessments.need_function = '<function>' then assessments.score end") ~ ' as need_<function>'
        ) }}
    from assessments
    inner join persons
        on assessments.municipality_code = persons.municipality_code and assessments.person_number = persons.person_number
    group by persons.person_key, assessments.assessed_date
)

select * from told_by_service
union all
select * from told_by_assessment
