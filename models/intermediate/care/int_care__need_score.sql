-- C47: each person's need of help by period, function by function: the last assessment, else the service that began last; both hold until
-- another one tells of the same function.
with told as (
    select * from {{ ref('int_care__assessed_need') }}
    where told_date <= {{ as_of_date() }}
),

told_day as (
    select
        person_key,
        told_date,
        {{ for_each_need('max(case when is_assessment then need_<function> end) as assessed_<function>') }},
        {{ for_each_need('max(case when not is_assessment then need_<function> end) as of_service_<function>') }}
    from told
    group by person_key, told_date
)

select
    person_key,
    told_date as valid_from,
    lead(told_date) over of_person as valid_to,
    {{ for_each_need(
        'coalesce(
            last_value(assessed_<function> ignore nulls) over of_person,
            last_value(of_service_<function> ignore nulls) over of_person
        ) as need_<function>'
    ) }}
from told_day
window of_person as (partition by person_key order by told_date)
