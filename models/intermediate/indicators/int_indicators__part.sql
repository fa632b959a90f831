-- The parts of every indicator, municipality and year that was delivered: an explicit zero for each code that nobody fell under, and a
-- missing one where what the indicator needs was not delivered (C51).
with

counted as (
    {%- for relation in indicator_part_models() %}
    {{ "union all" if not loop.first }}
    select * from {{ relation }}
    {%- endfor %}
),

-- What the catalogue does not promise goes on too: the tests refuse it, so that it is not lost in silence.
reported as (
    select counted.*
    from counted
    left join {{ ref("int_indicators__sufficient") }} as sufficient
        on
            counted.municipality_code = sufficient.municipality_code
            and counted.year = sufficient.year
            and counted.indicator_id = sufficient.indicator_id
            and counted.breakdown = sufficient.breakdown
    where sufficient.is_covered is distinct from false
),

-- Codes that the catalogue promises for indicators that have SQL.
expected as (
    select
        sufficient.municipality_code,
        sufficient.year,
        sufficient.indicator_id,
        sufficient.breakdown,
        breakdown.breakdown_code,
        sufficient.is_covered,
        case when sufficient.is_covered then 0 end as empty_numerator,
        case when sufficient.is_covered and indicator.unit <> 'count' then 0 end as empty_denominator
    from {{ ref("int_indicators__sufficient") }} as sufficient
    inner join {{ ref("dim_indicator") }} as indicator on sufficient.indicator_id = indicator.indicator_id
    inner join {{ ref("dim_breakdown") }} as breakdown on sufficient.breakdown = breakdown.breakdown
    where sufficient.indicator_id in (select counted.indicator_id from counted)
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
            and reported.indicator_id = expected.indicator_id
            and reported.breakdown = expected.breakdown
            and reported.breakdown_code = expected.breakdown_code
    )
)

select
    municipality_code,
    year,
    indicator_id,
    breakdown,
    breakdown_code,
    numerator,
    denominator,
    status,
    method
from reported
union all
select
    municipality_code,
    year,
    indicator_id,
    breakdown,
    breakdown_code,
    empty_numerator as numerator,
    empty_denominator as denominator,
    case when is_covered then 'observed' else 'missing' end as status,
    case when is_covered then 'counted' else 'none' end as method
from zero_or_missing
