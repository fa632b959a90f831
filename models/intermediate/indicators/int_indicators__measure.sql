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

-- Each measure and code that is promised under a small number: what was reported meets it by three short keys.
promised as (
    select
        measure_id,
        unnest(string_split(breakdowns, '|')) as breakdown
    from {{ ref("dim_measure") }}
),

promised_code as (
    select
        row_number() over (order by promised.measure_id, promised.breakdown, breakdown.breakdown_code) as code_number,
        promised.measure_id,
        promised.breakdown,
        breakdown.breakdown_code
    from promised
    inner join {{ ref("dim_breakdown") }} as breakdown on promised.breakdown = breakdown.breakdown
),

reported_code as (
    select
        reported.municipality_code,
        reported.year,
        promised_code.code_number
    from reported
    inner join promised_code
        on
            reported.measure_id = promised_code.measure_id
            and reported.breakdown = promised_code.breakdown
            and reported.breakdown_code = promised_code.breakdown_code
    where reported.vintage = 'own_register'
),

expected as (
    select
        sufficient.municipality_code,
        sufficient.year,
        promised_code.code_number,
        promised_code.measure_id,
        promised_code.breakdown,
        promised_code.breakdown_code,
        sufficient.is_covered
    from {{ ref("int_indicators__sufficient") }} as sufficient
    inner join promised_code
        on sufficient.measure_id = promised_code.measure_id and sufficient.breakdown = promised_code.breakdown
),

zero_or_missing as (
    select
        expected.municipality_code,
        expected.year,
        expected.measure_id,
        expected.breakdown,
        expected.breakdown_code,
        'own_register' as vintage,
        cast(case when expected.is_covered then 0 end as decimal(18, 2)) as amount,
        case when expected.is_covered then 'observed' else 'missing' end as status,
        case when expected.is_covered then 'counted' else 'none' end as method
    from expected
    where
        not exists (
            select 1
            from reported_code
            where
                reported_code.municipality_code = expected.municipality_code
                and reported_code.year = expected.year
                and reported_code.code_number = expected.code_number
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
