-- The parts of every indicator, municipality and year that was delivered, with an explicit zero for each code that nobody fell under.
with

reported as (
    {%- for relation in indicator_part_models() %}
    {{ "union all" if not loop.first }}
    select * from {{ relation }}
    {%- endfor %}
),

-- Codes that the catalogue promises for indicators that have SQL.
expected as (
    select
        covered.municipality_code,
        covered.year,
        indicator.indicator_id,
        breakdown.breakdown,
        breakdown.breakdown_code,
        case when indicator.unit = 'count' then null else 0 end as empty_denominator
    from {{ ref("dim_indicator") }} as indicator
    inner join {{ ref("dim_breakdown") }} as breakdown
        on list_contains(string_split(indicator.permitted_breakdowns, '|'), breakdown.breakdown)
    inner join {{ ref("int_indicators__covered") }} as covered on indicator.source = covered.source
    where indicator.indicator_id in (select reported.indicator_id from reported)
),

zero as (
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

-- What the catalogue does not promise goes on too: the tests refuse it, so that it is not lost in silence.
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
    0 as numerator,
    empty_denominator as denominator,
    'observed' as status,
    'counted' as method
from zero
