-- C100, C51: all measures. Of what a municipality's own register tells, an explicit zero for each promised code that nobody fell under,
-- and a missing amount where what the measure needs was not delivered. Published measures stand as they were published.
with

counted as (
    select * from {{ ref("int_indicators__measure_told") }}
),

-- What an own register did not deliver for is not counted from the rest; what was published of it stands.
insufficient as (
    select
        municipality_code,
        year,
        measure_id,
        breakdown,
        'own_register' as vintage
    from {{ ref("int_indicators__sufficient") }}
    where not is_covered
),

-- What the list of measures does not promise goes on too: the tests refuse it, so that it is not lost in silence.
reported as (
    select counted.*
    from counted
    where not exists (
        select 1
        from insufficient
        where
            insufficient.municipality_code = counted.municipality_code
            and insufficient.year = counted.year
            and insufficient.measure_id = counted.measure_id
            and insufficient.breakdown = counted.breakdown
            and insufficient.vintage = counted.vintage
    )
),

expected as (
    select
        sufficient.municipality_code,
        sufficient.year,
        sufficient.measure_id,
        sufficient.breakdown,
        breakdown.breakdown_code,
        'own_register' as vintage,
        cast(case when sufficient.is_covered then 0 end as decimal(18, 2)) as amount,
        case when sufficient.is_covered then 'observed' else 'missing' end as status,
        case when sufficient.is_covered then 'counted' else 'none' end as method
    from {{ ref("int_indicators__sufficient") }} as sufficient
    inner join {{ ref("dim_breakdown") }} as breakdown on sufficient.breakdown = breakdown.breakdown
),

zero_or_missing as (
    select expected.*
    from expected
    where not exists (
        select 1
        from reported
        where
            reported.municipality_code = expected.municipality_code
            and reported.year = expected.year
            and reported.measure_id = expected.measure_id
            and reported.breakdown = expected.breakdown
            and reported.breakdown_code = expected.breakdown_code
            and reported.vintage = expected.vintage
    )
)

select
    municipality_code,
    year,
    measure_id,
    breakdown,
    breakdown_code,
    vintage,
    amount,
    status,
    method
from reported
union all
select
    municipality_code,
    year,
    measure_id,
    breakdown,
    breakdown_code,
    vintage,
    amount,
    status,
    method
from zero_or_missing
