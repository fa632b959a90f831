-- C78: housing decisions of IPLOS (service types 29, 12 and 13), each with the municipal dwelling that it meets through its person: as a
-- member of a household with a counted tenancy, on the first day of the decision that deliveries tell of, or later.
with

services as (
    select * from {{ ref('int_care__service') }}
    where is_dwelling
),

service_types as (
    select * from {{ ref('care_service_type') }}
),

members as (
    select * from {{ ref('int_households__member') }}
    where is_linkable
),

dwelling_periods as (
    select * from {{ ref('int_tenancies__dwelling_period') }}
),

-- Without members and tenancies it is not known where anybody lives (C51).
told as (
    select
        deliveries.supplier as municipality_code,
        min(deliveries.period_start) as first_date
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current and deliveries.source = 'municipal' and files.entity in ('household_member', 'tenancy')
    group by deliveries.supplier
    having count(distinct files.entity) = 2
),

decisions as (
    select
        services.*,
        greatest(services.start_date, told.first_date) as looked_from_date,
        told.municipality_code is not null as is_told
    from services
    left join told on services.municipality_code = told.municipality_code
),

lived as (
    select
        decisions.service_key,
        decisions.looked_from_date,
        dwelling_periods.dwelling_key,
        greatest(decisions.looked_from_date, members.from_date, dwelling_periods.valid_from) as from_date,
        least(
            {{ open_end('decisions.end_date') }},
            {{ open_end('members.to_date') }},
            {{ open_end('dwelling_periods.valid_to') }}
        ) as to_date
    from decisions
    inner join members
        on
            decisions.person_key = members.person_key
            and decisions.municipality_code = members.municipality_code
            and members.from_date < {{ open_end('decisions.end_date') }}
            and decisions.looked_from_date < {{ open_end('members.to_date') }}
    inner join dwelling_periods
        on
            members.household_key = dwelling_periods.household_key
            and dwelling_periods.valid_from < {{ open_end('decisions.end_date') }}
            and decisions.looked_from_date < {{ open_end('dwelling_periods.valid_to') }}
    where decisions.is_linkable and decisions.is_told
),

first_day as (
    select
        *,
        min(from_date) over (partition by service_key) as met_date
    from lived
    where from_date < to_date
),

met as (
    select
        service_key,
        met_date,
        met_date = looked_from_date as is_met_at_start,
        count(distinct dwelling_key) as dwelling_count,
        min(dwelling_key) as dwelling_key
    from first_day
    where from_date = met_date
    group by service_key, met_date, looked_from_date
),

judged as (
    select
        decisions.*,
        met.met_date,
        met.dwelling_key,
        coalesce(met.dwelling_count, 0) as candidate_count,
        case
            when not decisions.is_told then 'not_told'
            when not decisions.is_linkable then 'not_linked'
            when met.dwelling_count > 1 then 'ambiguous'
            when met.is_met_at_start then 'exact'
            when met.dwelling_count = 1 then 'by_rule'
            else 'none'
        end as outcome
    from decisions
    left join met on decisions.service_key = met.service_key
)

select
    judged.service_key,
    judged.municipality_code,
    judged.person_key,
    judged.service_type as service_type_code,
    service_types.label_nb as service_type_label_nb,
    judged.start_date,
    judged.end_date,
    judged.staffing,
    judged.outcome,
    {{ label_nb('match_outcome', 'judged.outcome') }} as outcome_label_nb,
    cast(judged.candidate_count as integer) as candidate_count,
    case when judged.outcome in ('exact', 'by_rule') then judged.dwelling_key end as dwelling_key,
    case when judged.outcome in ('exact', 'by_rule') then judged.met_date end as met_date,
    case when judged.outcome in ('exact', 'by_rule') then {{ days_between('judged.looked_from_date', 'judged.met_date') }} end as wait_days
from judged
left join service_types on judged.service_type = service_types.code
