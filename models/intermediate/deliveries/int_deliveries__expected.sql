-- Every file that should have come by the as-of date: each expectation of the calendar, for each of its suppliers, entities and periods.
-- "municipality" stands for every municipality that takes part, from the first period it delivered anything for, while its code lives.
with

expectations as (
    select
        source,
        extract,
        supplier,
        unnest(string_split(entities, '|')) as entity,
        case frequency when 'month' then 1 when 'quarter' then 3 when 'year' then 12 end as months,
        due_days,
        valid_from,
        {{ open_end('valid_to') }} as valid_to
    from {{ ref('delivery_expectation') }}
),

participants as (
    select
        supplier,
        min(period_start) as first_day
    from {{ source('raw', 'delivery') }}
    where supplier similar to '[0-9]{4}'
    group by supplier
),

municipality_versions as (
    select
        code,
        valid_from,
        {{ open_end('valid_to') }} as valid_to
    from {{ ref('stg_klass__municipality_version') }}
    {{ latest_known(['code', 'valid_from']) }}
),

supplied as (
    select
        expectations.source,
        expectations.extract,
        expectations.entity,
        expectations.months,
        expectations.due_days,
        expectations.valid_to,
        participants.supplier,
        greatest(expectations.valid_from, participants.first_day) as first_day
    from expectations
    inner join participants on expectations.supplier = 'municipality' or expectations.supplier = participants.supplier
    union all
    select
        expectations.source,
        expectations.extract,
        expectations.entity,
        expectations.months,
        expectations.due_days,
        expectations.valid_to,
        expectations.supplier,
        expectations.valid_from as first_day
    from expectations
    where expectations.supplier <> 'municipality' and expectations.supplier not in (select participants.supplier from participants)
),

periods as (
    select
        supplied.*,
        {{ add_days(month_start('(series_month_number.month_number + 1)'), -1) }} as period_end
    from supplied
    cross join {{ int_series(month_number('supplied.first_day'), month_number(as_of_date()), 'month_number') }}
    where (series_month_number.month_number + 1) % supplied.months = 0
)

select
    periods.source,
    periods.extract,
    periods.supplier,
    periods.entity,
    periods.period_end,
    {{ add_days('periods.period_end', 'periods.due_days') }} as due_date
from periods
where
    periods.period_end >= periods.first_day
    and periods.period_end < periods.valid_to
    and periods.period_end <= {{ as_of_date() }}
    and (
        periods.supplier not similar to '[0-9]{4}'
        or exists (
            select 1 from municipality_versions
            where
                municipality_versions.code = periods.supplier
                and municipality_versions.valid_from <= periods.period_end
                and municipality_versions.valid_to > periods.period_end
        )
    )
