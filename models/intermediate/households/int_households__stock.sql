-- Dwellings in stock and let on each reference day (31 December of every covered year, and the as-of date), with the household in them
-- (C11, C14, C15, C35).
with covered_years as (
    select * from {{ ref('int_deliveries__covered_year') }}
    where is_letting_covered
),

tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
    where is_counted
),

-- in a shared flat each contract is a dwelling of its own
dwelling_periods as (
    select * from {{ ref('int_tenancies__dwelling_period') }}
),

dwellings as (
    select * from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

primary_groups as (
    select * from {{ ref('int_households__primary_group') }}
),

need_horizons as (
    select * from {{ ref('int_groups__need_horizon') }}
),

-- A municipality that was merged away has no as-of date: its households live on under the new code.
existing as (
    select municipality_code
    from {{ ref('int_geography__described') }}
    where not is_ended
),

reference_day as (
    select
        municipality_code,
        reference_date,
        true as is_covered_year
    from covered_years
    union all
    select distinct
        tenancies.municipality_code,
        {{ as_of_date() }} as reference_date,
        false as is_covered_year
    from tenancies
    inner join existing on tenancies.municipality_code = existing.municipality_code
    anti join covered_years
        on tenancies.municipality_code = covered_years.municipality_code and covered_years.reference_date = {{ as_of_date() }}
),

-- Made before anything else is joined: else the days meet the periods of every dwelling, thousands for each that is wanted.
let_on_day as materialized (
    select
        reference_day.reference_date,
        reference_day.is_covered_year,
        tenancies.municipality_code,
        tenancies.tenancy_id,
        tenancies.tenancy_key,
        tenancies.household_key,
        tenancies.start_date,
        tenancies.contract_kind
    from reference_day
    inner join tenancies
        on
            reference_day.municipality_code = tenancies.municipality_code
            and {{ on_day('reference_day.reference_date', 'tenancies.start_date', 'tenancies.end_date') }}
),

-- Made before the dwellings are joined, for the same reason: the key of the dwelling stands here, not with the day.
let_period as materialized (
    select
        let_on_day.*,
        dwelling_periods.dwelling_key
    from let_on_day
    inner join dwelling_periods
        on
            let_on_day.tenancy_key = dwelling_periods.tenancy_key
            and {{ on_day('let_on_day.reference_date', 'dwelling_periods.valid_from', 'dwelling_periods.valid_to') }}
),

let_dwelling as (
    select
        let_period.*,
        dwellings.tenure_form,
        dwellings.category
    from let_period
    inner join dwellings
        on
            let_period.dwelling_key = dwellings.dwelling_key
            and {{ on_day('let_period.reference_date', 'dwellings.valid_from', 'dwellings.valid_to') }}
)

select
    let_dwelling.municipality_code,
    let_dwelling.reference_date,
    let_dwelling.is_covered_year,
    let_dwelling.tenancy_key,
    let_dwelling.household_key,
    let_dwelling.dwelling_key,
    let_dwelling.tenure_form,
    let_dwelling.category,
    primary_groups.primary_group_form_2009,
    primary_groups.primary_group_form_2020,
    primary_groups.primary_group_r0_2019,
    primary_groups.primary_group_care_3,
    primary_groups.primary_group_care_3b,
    primary_groups.primary_group_bodo_4,
    primary_groups.rule_form_2009,
    primary_groups.rule_form_2020,
    primary_groups.rule_r0_2019,
    primary_groups.rule_care_3,
    primary_groups.rule_care_3b,
    primary_groups.rule_bodo_4,
    need_horizons.need_horizon,
    -- a household with several tenancies is counted once, in the one that started last
    row_number() over (
        partition by let_dwelling.household_key, let_dwelling.reference_date
        order by let_dwelling.start_date desc, let_dwelling.tenancy_id desc
    ) = 1 as is_household_row
from let_dwelling
left join primary_groups
    on
        let_dwelling.household_key = primary_groups.household_key
        and {{ on_day('let_dwelling.reference_date', 'primary_groups.valid_from', 'primary_groups.valid_to') }}
left join need_horizons on
    primary_groups.primary_group_form_2009 = need_horizons.form_2009_code
    and let_dwelling.category = need_horizons.dwelling_category
    and let_dwelling.contract_kind = need_horizons.contract_kind
