-- Every tenancy with what it counts for: dates after C02-C04 and C28, the rule that treated it, and the kind of its start (C20).
with

tenancies as (
    select * from {{ ref('int_tenancies__latest') }}
),

applications as (
    select * from {{ ref('int_tenancies__application') }}
),

merged as (
    select * from {{ ref('int_tenancies__merged') }}
),

cut as (
    select * from {{ ref('int_tenancies__cut') }}
),

counted as (
    select
        cut.tenancy_key,
        merged.dwelling_key,
        merged.household_key,
        cut.start_date,
        cut.end_date
    from cut
    inner join merged on cut.tenancy_key = merged.tenancy_key
    where cut.is_counted
),

-- An application that is dated on the start or after it (T016) cannot tell where the household lived when it applied.
starts as (
    select
        counted.*,
        least(applications.first_received_date, {{ add_days('counted.start_date', -1) }}) as applied_date
    from counted
    left join applications on counted.tenancy_key = applications.tenancy_key
),

kinds as (
    select
        starts.tenancy_key,
        case
            when bool_or(coalesce(other.dwelling_key = starts.dwelling_key and other.end_date = starts.start_date, false)) then 'renewal'
            when bool_or(coalesce({{ on_day('starts.applied_date', 'other.start_date', 'other.end_date') }}, false)) then 'internal'
            else 'new'
        end as kind_of_start
    from starts
    left join counted as other
        on
            starts.household_key = other.household_key
            and starts.tenancy_key <> other.tenancy_key
    group by starts.tenancy_key
)

select
    tenancies.tenancy_key,
    tenancies.dwelling_key,
    tenancies.household_key,
    tenancies.municipality_code,
    tenancies.tenancy_id,
    tenancies.dwelling_id,
    tenancies.household_id,
    tenancies.contract_holder_pseudonym,
    tenancies.contract_holder_id_status,
    case when cut.is_counted then cut.start_date end as start_date,
    case when cut.is_counted then cut.end_date end as end_date,
    tenancies.start_date as delivered_start_date,
    tenancies.end_date as delivered_end_date,
    coalesce(cut.is_counted, false) as is_counted,
    case
        when not tenancies.is_dwelling_known then 'T010'
        when merged.is_merged_away then 'T001'
        when cut.is_cut_by_acquisition then 'T015'
        when cut.is_cut_by_disposal then 'T003'
        when cut.is_cut_by_overlap then 'T002'
    end as treatment_rule_id,
    kinds.kind_of_start,
    tenancies.contract_kind,
    tenancies.legal_basis,
    tenancies.allocating_office,
    tenancies.decision_date,
    tenancies.end_reason,
    -- T017: an agreed end on or before the start is none
    case when tenancies.agreed_end_date > tenancies.start_date then tenancies.agreed_end_date end as agreed_end_date,
    tenancies.reassessed_date,
    tenancies.destination,
    tenancies.delivery_id,
    tenancies.line_number
from tenancies
left join merged on tenancies.tenancy_key = merged.tenancy_key
left join cut on tenancies.tenancy_key = cut.tenancy_key
left join kinds on tenancies.tenancy_key = kinds.tenancy_key
