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
    cross join {{ ref("int_deliveries__covered_year") }} as covered
    where indicator.indicator_id in (select reported.indicator_id from reported)
)

-- A full join: a row that the catalogue does not promise goes on and is refused by the tests, not lost.
select
    municipality_code,
    year,
    indicator_id,
    breakdown,
    breakdown_code,
    coalesce(reported.numerator, 0) as numerator,
    case when reported.indicator_id is null then expected.empty_denominator else reported.denominator end as denominator,
    coalesce(reported.status, 'observed') as status,
    coalesce(reported.method, 'counted') as method
from expected
full outer join reported using (municipality_code, year, indicator_id, breakdown, breakdown_code)
