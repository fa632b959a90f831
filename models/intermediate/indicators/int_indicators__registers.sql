-- C127: measures of how good the registers are: who links, what meets, what came in time and what is still to be mended.
with

covered_years as (
    select * from {{ ref("int_deliveries__covered_year") }}
),

covered_services as (
    select * from {{ ref("int_deliveries__covered_entity") }}
    where source = 'iplos' and entity = 'service'
),

persons as (
    select * from {{ ref("fct_person_register") }}
),

tenancies as (
    select * from {{ ref("fct_tenancy") }}
    where is_counted
),

holders as (
    select * from {{ ref("int_tenancies__counted") }}
),

decisions as (
    select * from {{ ref("fct_housing_decision_match") }}
    where outcome <> 'not_told'
),

expected_files as (
    select * from {{ ref("fct_delivery_status") }}
    where status <> 'not_due' and supplier similar to '[0-9]{4}'
),

delivered_files as (
    select * from {{ ref("fct_delivery_quality") }}
    where is_current and supplier similar to '[0-9]{4}'
),

issues as (
    select * from {{ ref("fct_quality_issue") }}
    -- a secret address is a fact, not a mistake
    where not is_accepted and rule_id <> 'P004' and supplier similar to '[0-9]{4}'
),

described as (
    select * from {{ ref("int_geography__described") }}
),

running as (
    select
        covered_years.municipality_code,
        covered_years.year,
        holders.contract_holder_id_status = 'valid' as is_joined
    from covered_years
    inner join tenancies
        on
            covered_years.municipality_code = tenancies.municipality_code
            and {{ on_day("covered_years.reference_date", "tenancies.start_date", "tenancies.end_date") }}
    inner join holders on tenancies.tenancy_key = holders.tenancy_key
),

decision_on_day as (
    select
        covered_services.municipality_code,
        covered_services.year,
        decisions.outcome in ('exact', 'by_rule') as is_met
    from covered_services
    inner join decisions
        on
            covered_services.municipality_code = decisions.municipality_code
            and {{ on_day("covered_services.reference_date", "decisions.start_date", "decisions.end_date") }}
),

expected_file as (
    select
        supplier as municipality_code,
        {{ year_of("period_end") }} as year,
        status
    from expected_files
),

delivered_day as (
    select distinct
        delivered_files.supplier as municipality_code,
        delivered_files.period_end,
        described.last_date
    from delivered_files
    inner join described on delivered_files.supplier = described.municipality_code
    where delivered_files.source = 'municipal'
),

-- The last day told of, as it was at the end of each year from the first on (or on the last day described): who stops delivering is seen.
last_told as (
    select
        delivered_day.municipality_code,
        series_year.year,
        least({{ last_of_year("series_year.year") }}, delivered_day.last_date) as reference_date,
        max(delivered_day.period_end) as last_date
    from delivered_day
    cross join {{ int_series(year_of("delivered_day.period_end"), year_of("delivered_day.last_date"), "year") }}
    group by delivered_day.municipality_code, series_year.year, delivered_day.last_date
),

delivered_row as (
    select
        supplier as municipality_code,
        {{ year_of("period_end") }} as year,
        sum(accepted_count + quarantined_count) as row_count
    from delivered_files
    group by supplier, {{ year_of("period_end") }}
),

open_issue as (
    select
        supplier as municipality_code,
        {{ year_of("period_end") }} as year,
        count(*) as issue_count
    from issues
    group by supplier, {{ year_of("period_end") }}
)

select {{ measure("registered_persons", "count(*)") }}
from persons
group by municipality_code, year
union all
select {{ measure("registered_persons_linked", "count(*) filter (where link = 'national_id')") }}
from persons
group by municipality_code, year
union all
select {{ measure("lease_register_persons", "count(*) filter (where is_in_lease_register)") }}
from persons
where link = 'national_id' and is_in_lease_register is not null and is_in_care_register is not null
group by municipality_code, year
union all
select {{ measure("persons_in_both_registers", "count(*) filter (where is_in_lease_register and is_in_care_register)") }}
from persons
where link = 'national_id' and is_in_lease_register is not null and is_in_care_register is not null
group by municipality_code, year
union all
select {{ measure("running_tenancies", "count(*)") }}
from running
group by municipality_code, year
union all
select {{ measure("running_tenancies_joined", "count(*) filter (where is_joined)") }}
from running
group by municipality_code, year
union all
select {{ measure("housing_decisions", "count(*)") }}
from decision_on_day
group by municipality_code, year
union all
select {{ measure("housing_decisions_met", "count(*) filter (where is_met)") }}
from decision_on_day
group by municipality_code, year
union all
select {{ measure("expected_files", "count(*)") }}
from expected_file
group by municipality_code, year
union all
select {{ measure("expected_files_on_time", "count(*) filter (where status = 'on_time')") }}
from expected_file
group by municipality_code, year
union all
select {{ measure("municipalities_delivering", "1") }}
from last_told
union all
select {{ measure("days_since_last_delivery", days_between("last_date", "reference_date")) }}
from last_told
union all
select {{ measure("delivered_rows", "row_count") }}
from delivered_row
union all
select {{ measure("open_issues", "coalesce(open_issue.issue_count, 0)") }}
from delivered_row
left join open_issue using (municipality_code, year)
