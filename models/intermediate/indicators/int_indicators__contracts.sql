-- Measures of the contracts that households in stock on 31 December live on (C27, C117), and of how often they have moved (C24, C118). What
-- a municipality tells of nobody is missing, not zero (C51).
{%- set asked = ["allocating_office", "legal_basis"] %}
with

tenancy as (
    select * from {{ ref("fct_tenancy") }}
    where is_counted
),

tells_reassessments as (
    select
        municipality_code,
        count(reassessed_date) > 0 as tells_reassessments
    from tenancy
    group by municipality_code
),

household as (
    select
        household_year.municipality_code,
        household_year.year,
        household_year.reference_date,
        household_year.household_key,
        tenancy.tenancy_key,
        tenancy.chain_key,
        tenancy.contract_kind,
        tenancy.start_date,
        tenancy.agreed_end_date,
        tenancy.reassessed_date,
        tenancy.allocating_office,
        tenancy.legal_basis,
        tenancy.has_decision
    from {{ ref("int_deliveries__covered_year") }} as covered
    inner join {{ ref("fct_household_year") }} as household_year
        on covered.municipality_code = household_year.municipality_code and covered.year = household_year.year
    inner join tenancy on household_year.tenancy_key = tenancy.tenancy_key
),

-- Dwellings that a household had lived in by then, in the chain that its tenancy is a link of.
chain_dwellings as (
    select
        household.household_key,
        household.year,
        count(distinct link.dwelling_key) as dwellings
    from household
    inner join tenancy as link on household.chain_key = link.chain_key and household.reference_date >= link.start_date
    group by household.household_key, household.year
),

contract as (
    select
        household.municipality_code,
        household.year,
        household.contract_kind,
        household.allocating_office,
        household.legal_basis,
        household.has_decision,
        -- a later re-assessment has taken the place of the one that held then
        case
            when household.contract_kind <> 'permanent' and household.reassessed_date > household.reference_date then null
            else {{ is_reassessment_overdue("household", "household.reference_date", "tells_reassessments.tells_reassessments") }}
        end as is_overdue,
        chain_dwellings.dwellings,
        case
            when chain_dwellings.dwellings >= 6 then '6+'
            when chain_dwellings.dwellings >= 3 then '3-5'
            else cast(chain_dwellings.dwellings as varchar)
        end as chain_class
    from household
    inner join chain_dwellings on household.household_key = chain_dwellings.household_key and household.year = chain_dwellings.year
    inner join tells_reassessments on household.municipality_code = tells_reassessments.municipality_code
),

year_total as (
    select
        covered.municipality_code,
        covered.year,
        count(contract.year) as households,
        count(*) filter (where contract.contract_kind <> 'permanent') as fixed_term,
        count(*) filter (where contract.contract_kind <> 'permanent' and contract.is_overdue is not null) as judged,
        count(*) filter (where contract.is_overdue) as overdue,
        count(contract.has_decision) as decision_told,
        count(*) filter (where not contract.has_decision) as without_decision,
        {%- for column in asked %}
        count(contract.{{ column }}) as {{ column }}_told,
        {%- endfor %}
        coalesce(sum(contract.dwellings), 0) as dwellings,
        count(*) filter (where contract.dwellings >= 6) as six_or_more
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join contract on covered.municipality_code = contract.municipality_code and covered.year = contract.year
    group by covered.municipality_code, covered.year
),

-- With households, and none of which it is told, nothing is known.
told as (
    select
        *,
        households = 0 or decision_told > 0 as is_decision_told,
        {%- for column in asked %}
        households = 0 or {{ column }}_told > 0 as is_{{ column }}_told,
        {%- endfor %}
        fixed_term = 0 or judged > 0 as is_reassessment_told
    from year_total
),

-- Who is told nothing of, where others are, is a class of their own.
answered as (
    select
        contract.municipality_code,
        {%- for column in asked %}
        case when told.is_{{ column }}_told then coalesce(contract.{{ column }}, 'not_told') end as {{ column }},
        {%- endfor %}
        contract.year
    from contract
    inner join told on contract.municipality_code = told.municipality_code and contract.year = told.year
),

not_told_code as (
    {%- for column in asked %}
    select
        told.municipality_code,
        told.year,
        code.breakdown,
        code.breakdown_code
    from told
    inner join {{ ref("dim_breakdown") }} as code on code.breakdown = '{{ column }}'
    where not told.is_{{ column }}_told
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select {{ measure("households_fixed_term", "fixed_term") }}
from told
union all
select {{ measure("households_lived_in_dwellings", "dwellings") }}
from told
union all
select {{ measure("households_six_or_more_dwellings", "six_or_more") }}
from told
union all
select {{ measure_if_told("fixed_term_reassessment_told", "judged", "is_reassessment_told") }}
from told
union all
select {{ measure_if_told("reassessment_overdue", "overdue", "is_reassessment_told") }}
from told
union all
select {{ measure_if_told("households_decision_told", "decision_told", "is_decision_told") }}
from told
union all
select {{ measure_if_told("households_without_decision", "without_decision", "is_decision_told") }}
from told
{%- for breakdown, column in [
    ("contract_kind", "contract_kind"),
    ("chain_dwellings", "chain_class"),
] %}
union all
select {{ measure("households", "count(*)", breakdown=breakdown, code=column) }}
from contract
group by municipality_code, year, {{ column }}
{%- endfor %}
{%- for column in asked %}
union all
select {{ measure("households", "count(*)", breakdown=column, code=column) }}
from answered
where {{ column }} is not null
group by municipality_code, year, {{ column }}
union all
select {{ measure_if_told("households", "0", "false", breakdown=column, code="breakdown_code") }}
from not_told_code
where breakdown = '{{ column }}'
{%- endfor %}
