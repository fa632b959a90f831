-- What each rule for doubtful tenancies changed (C02-C04, C28): how many, and how many days, by the year of the first day concerned.
with issues as (
    select * from {{ ref('int_tenancies__issue') }}
),

rules as (
    select * from {{ ref('quality_rule') }}
)

select
    issues.rule_id,
    rules.title_nb as rule_title_nb,
    issues.municipality_code,
    {{ year_of('issues.from_date') }} as year,
    cast(count(*) as integer) as tenancy_count,
    cast(sum(issues.day_count) as integer) as day_count
from issues
inner join rules on issues.rule_id = rules.rule_id
group by issues.rule_id, rules.title_nb, issues.municipality_code, {{ year_of('issues.from_date') }}
