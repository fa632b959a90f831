-- C47: how the needs of help of those who receive services are spread on 31 December, function by function. Each breakdown is made of all
-- persons of its population, so that breakdowns are not added to each other.
with receivers as (
    select * from {{ ref('int_care__receiver') }}
),

need_scores as (
    select * from {{ ref('int_care__need_score') }}
),

target_groups as (
    select * from {{ ref('target_group_scheme') }}
),

code_labels as (
    select * from {{ ref('code_label') }}
),

breakdown_label as (
    select
        'all' as breakdown,
        'all' as breakdown_code,
        'Alle' as label_nb
    union all
    select
        'category' as breakdown,
        code as breakdown_code,
        label_nb
    from code_labels
    where code_list = 'dwelling_category'
    union all
    select
        scheme as breakdown,
        code as breakdown_code,
        label_nb
    from target_groups
),

need_function_number as (
    select
        unnest([
            {{ for_each_need("'<function>'") }}
        ]) as need_function,
        unnest(generate_series(1, {{ need_functions() | length }})) as function_number
),

-- Counting goes by numbers, words come last: persons times functions are many rows.
scored as (
    select
        receivers.municipality_code,
        receivers.reference_date,
        receivers.population,
        receivers.category,
        receivers.primary_group_r0_2019,
        receivers.primary_group_care_3,
        unnest(generate_series(1, {{ need_functions() | length }})) as function_number,
        unnest([
            {{ for_each_need('need_scores.need_<function>') }}
        ]) as score
    from receivers
    left join need_scores
        on
            receivers.person_key = need_scores.person_key
            and {{ on_day('receivers.reference_date', 'need_scores.valid_from', 'need_scores.valid_to') }}
),

cell as (
    select
        municipality_code,
        reference_date,
        population,
        category,
        primary_group_r0_2019,
        primary_group_care_3,
        function_number,
        score,
        count(*) as person_count
    from scored
    group by all
),

by_breakdown as (
    select
        municipality_code,
        reference_date,
        population,
        function_number,
        score,
        person_count,
        unnest(['all', 'category', 'r0_2019', 'care_3']) as breakdown,
        unnest(['all', category, primary_group_r0_2019, primary_group_care_3]) as breakdown_code
    from cell
),

spread as (
    select
        municipality_code,
        reference_date,
        population,
        breakdown,
        breakdown_code,
        function_number,
        score,
        cast(sum(person_count) as integer) as person_count
    from by_breakdown
    where breakdown_code is not null
    group by all
),

-- 9 is not relevant: no need, and no number.
shared as (
    select
        spread.municipality_code,
        spread.reference_date,
        spread.population,
        spread.breakdown,
        spread.breakdown_code,
        need_function_number.need_function,
        coalesce(cast(spread.score as varchar), 'not_told') as score_code,
        nullif(spread.score, 9) as need_score,
        spread.person_count,
        cast(sum(spread.person_count) filter (where spread.score <> 9) over (
            partition by
                spread.municipality_code,
                spread.reference_date,
                spread.population,
                spread.breakdown,
                spread.breakdown_code,
                spread.function_number
        ) as integer) as scored_person_count
    from spread
    inner join need_function_number on spread.function_number = need_function_number.function_number
)

select
    shared.municipality_code,
    {{ year_of('reference_date') }} as year,
    shared.reference_date,
    shared.population,
    {{ label_nb('care_population', 'shared.population') }} as population_label_nb,
    shared.breakdown,
    shared.breakdown_code,
    breakdown_label.label_nb as breakdown_label_nb,
    shared.need_function,
    {{ label_nb('need_function', 'shared.need_function') }} as need_function_label_nb,
    shared.score_code,
    {{ label_nb('need_score', 'shared.score_code') }} as score_label_nb,
    shared.need_score,
    shared.person_count,
    case when shared.need_score is not null then shared.scored_person_count end as scored_person_count,
    case when shared.need_score is not null then cast(shared.person_count / shared.scored_person_count as double) end as score_share
from shared
left join breakdown_label on shared.breakdown = breakdown_label.breakdown and shared.breakdown_code = breakdown_label.breakdown_code
