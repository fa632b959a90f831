-- Tenancies, counted or not, from application to moving out: stages, contract and chain (C24-C28), and the group and need horizon of the
-- household on the day it moved in (C34).
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

application as (
    select
        led_to.tenancy_key,
        applications.*
    from {{ ref('int_tenancies__application') }} as led_to
    inner join {{ ref('fct_application') }} as applications on led_to.application_key = applications.application_key
),

chain as (
    select * from {{ ref('int_tenancies__chain') }}
),

-- What a municipality never tells of any tenancy is not known of this one (C51).
told as (
    select
        municipality_code,
        count(decision_date) > 0 as tells_decisions,
        count(reassessed_date) > 0 as tells_reassessments
    from tenancies
    group by municipality_code
),

stay as (
    select * from {{ ref('int_tenancies__stay') }}
),

-- Of the last described day: what still runs, and so could be due for re-assessment.
contract as (
    select
        tenancies.tenancy_key,
        tenancies.is_counted and {{ open_end('tenancies.end_date') }} > described.last_date as is_running,
        not described.is_ended
        and tenancies.is_counted
        and {{ on_day('described.last_date', 'tenancies.start_date', 'tenancies.end_date') }} as is_to_be_reassessed
    from tenancies
    inner join described on tenancies.municipality_code = described.municipality_code
),

-- C28: where it is not told where a household went, its next tenancy or the end reason tells.
destinations as (
    select
        tenancies.tenancy_key,
        case
            when contract.is_running or not tenancies.is_counted then null
            when tenancies.destination is not null then tenancies.destination
            when chain.next_kind_of_start in ('renewal', 'internal') then 'municipal_dwelling'
            when tenancies.end_reason = 'moved_own_home' then 'owned_home'
            when tenancies.end_reason = 'moved_private_rental' then 'private_rental'
            when tenancies.end_reason = 'moved_institution' then 'institution'
            when tenancies.end_reason = 'moved_internally' then 'municipal_dwelling'
            when tenancies.end_reason = 'deceased' then 'deceased'
            else 'unknown'
        end as destination
    from tenancies
    inner join contract on tenancies.tenancy_key = contract.tenancy_key
    left join chain on tenancies.tenancy_key = chain.tenancy_key
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
    {{ label_nb('kind_of_start', 'tenancies.kind_of_start') }} as kind_of_start_label_nb,
    tenancies.kind_of_start = 'renewal' as is_renewal,
    chain.chain_key,
    chain.chain_number,
    chain.chain_dwelling_count,
    chain.chain_start_date,
    chain.is_involuntary_move,
    application.received_date,
    application.decided_date,
    application.promised_date,
    application.listed_date,
    application.assigned_date,
    application.moved_in_date,
    {{ days_from('application.received_date', 'application.decided_date') }} as received_to_decided_days,
    {{ days_from('application.listed_date', 'application.assigned_date') }} as listed_to_assigned_days,
    {{ days_from('application.assigned_date', 'tenancies.start_date') }} as assigned_to_start_days,
    {{ days_from('application.received_date', 'tenancies.start_date') }} as received_to_start_days,
    tenancies.contract_kind,
    {{ label_nb('contract_kind', 'tenancies.contract_kind') }} as contract_kind_label_nb,
    tenancies.agreed_end_date,
    {{ months_between('tenancies.delivered_start_date', 'tenancies.agreed_end_date') }} as agreed_length_months,
    tenancies.reassessed_date,
    case
        when not contract.is_to_be_reassessed then false
        else {{ is_reassessment_overdue('tenancies', 'described.last_date', 'told.tells_reassessments') }}
    end as is_reassessment_overdue,
    tenancies.legal_basis,
    {{ label_nb('legal_basis', 'tenancies.legal_basis') }} as legal_basis_label_nb,
    tenancies.allocating_office,
    {{ label_nb('allocating_office', 'tenancies.allocating_office') }} as allocating_office_label_nb,
    tenancies.decision_date,
    case when told.tells_decisions then tenancies.decision_date is not null end as has_decision,
    case when told.tells_decisions then tenancies.is_counted and tenancies.decision_date is null end as is_without_decision,
    tenancies.end_reason,
    {{ label_nb('end_reason', 'tenancies.end_reason') }} as end_reason_label_nb,
    destinations.destination,
    {{ label_nb('destination', 'destinations.destination') }} as destination_label_nb,
    destinations.destination is not null and tenancies.destination is not null as is_destination_told,
    contract.is_running as is_censored,
    case
        when tenancies.is_counted then greatest(
            {{ days_between('tenancies.start_date', 'least(' ~ open_end('tenancies.end_date') ~ ', described.last_date)') }}, 0
        )
    end as length_of_stay_days,
    dwellings.category as category_at_start,
    {{ label_nb('dwelling_category', 'dwellings.category') }} as category_at_start_label_nb,
    {%- for scheme in group_schemes() %}
    primary_groups.primary_group_{{ scheme }} as primary_group_{{ scheme }}_at_start,
    {{ group_label_nb(scheme, 'primary_groups.primary_group_' ~ scheme) }} as primary_group_{{ scheme }}_at_start_label_nb,
    {%- endfor %}
    primary_groups.rule_form_2009 as rule_form_2009_at_start,
    primary_groups.rule_form_2020 as rule_form_2020_at_start,
    primary_groups.rule_r0_2019 as rule_r0_2019_at_start,
    primary_groups.rule_care_3 as rule_care_3_at_start,
    primary_groups.rule_care_3b as rule_care_3b_at_start,
    primary_groups.rule_bodo_4 as rule_bodo_4_at_start,
    case when tenancies.is_counted then coalesce(need_horizons.need_horizon, 'unknown') end as need_horizon_at_start,
    {{ need_horizon_label_nb("case when tenancies.is_counted then coalesce(need_horizons.need_horizon, 'unknown') end") }}
        as need_horizon_at_start_label_nb
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
left join chain on tenancies.tenancy_key = chain.tenancy_key
inner join told on tenancies.municipality_code = told.municipality_code
inner join contract on tenancies.tenancy_key = contract.tenancy_key
inner join destinations on tenancies.tenancy_key = destinations.tenancy_key
