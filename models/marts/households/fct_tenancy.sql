-- Tenancies, counted or not, with the group and need horizon of the household on the day it moved in (C34).
with tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
),

dwellings as (
    select * from {{ ref('int_dwellings__version') }}
),

primary_groups as (
    select * from {{ ref('int_households__primary_group') }}
),

need_horizons as (
    select * from {{ ref('int_groups__need_horizon') }}
),

described as (
    select * from {{ ref('int_geography__described') }}
),

-- Of several applications that name a tenancy, the one received last.
application as (
    select
        tenancy_key,
        application_key
    from {{ ref('int_applications__latest') }}
    where tenancy_key is not null
    qualify row_number() over (partition by tenancy_key order by received_date desc, application_id desc) = 1
),

-- Renewals carry on a stay: it begins with the tenancy that is not a renewal.
stay_number as (
    select
        tenancy_key,
        household_key,
        dwelling_key,
        start_date,
        count(*) filter (where kind_of_start <> 'renewal') over (
            partition by household_key, dwelling_key order by start_date, tenancy_id
        ) as stay_number
    from tenancies
    where is_counted
),

stay as (
    select
        tenancy_key,
        min(start_date) over (partition by household_key, dwelling_key, stay_number) as stay_start_date
    from stay_number
)

select
    tenancies.tenancy_key,
    tenancies.municipality_code,
    tenancies.tenancy_id,
    tenancies.dwelling_key,
    tenancies.household_key,
    application.application_key,
    tenancies.start_date,
    tenancies.end_date,
    tenancies.delivered_start_date,
    tenancies.delivered_end_date,
    stay.stay_start_date,
    tenancies.is_counted,
    tenancies.treatment_rule_id,
    tenancies.kind_of_start,
    tenancies.contract_kind,
    tenancies.legal_basis,
    tenancies.allocating_office,
    tenancies.decision_date,
    tenancies.decision_date is not null as has_decision,
    tenancies.end_reason,
    tenancies.is_counted and {{ open_end('tenancies.end_date') }} > described.last_date as is_censored,
    case
        when tenancies.is_counted then greatest(
            {{ days_between('tenancies.start_date', 'least(' ~ open_end('tenancies.end_date') ~ ', described.last_date)') }}, 0
        )
    end as length_of_stay_days,
    dwellings.category as category_at_start,
    primary_groups.primary_group_form_2009 as primary_group_form_2009_at_start,
    primary_groups.primary_group_form_2020 as primary_group_form_2020_at_start,
    primary_groups.primary_group_r0_2019 as primary_group_r0_2019_at_start,
    primary_groups.primary_group_care_3 as primary_group_care_3_at_start,
    primary_groups.primary_group_care_3b as primary_group_care_3b_at_start,
    primary_groups.primary_group_bodo_4 as primary_group_bodo_4_at_start,
    primary_groups.rule_form_2009 as rule_form_2009_at_start,
    primary_groups.rule_form_2020 as rule_form_2020_at_start,
    primary_groups.rule_r0_2019 as rule_r0_2019_at_start,
    primary_groups.rule_care_3 as rule_care_3_at_start,
    primary_groups.rule_care_3b as rule_care_3b_at_start,
    primary_groups.rule_bodo_4 as rule_bodo_4_at_start,
    case when tenancies.is_counted then coalesce(need_horizons.need_horizon, 'unknown') end as need_horizon_at_start
from tenancies
inner join described on tenancies.municipality_code = described.municipality_code
left join primary_groups
    on
        tenancies.household_key = primary_groups.household_key
        and {{ on_day('tenancies.start_date', 'primary_groups.valid_from', 'primary_groups.valid_to') }}
left join dwellings
    on
        tenancies.dwelling_key = dwellings.dwelling_key
        and {{ on_day('tenancies.start_date', 'dwellings.valid_from', 'dwellings.valid_to') }}
left join need_horizons
    on
        primary_groups.primary_group_form_2009 = need_horizons.form_2009_code
        and dwellings.category = need_horizons.dwelling_category
        and tenancies.contract_kind = need_horizons.contract_kind
left join application on tenancies.tenancy_key = application.tenancy_key
left join stay on tenancies.tenancy_key = stay.tenancy_key
