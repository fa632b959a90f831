-- Tenancies that a rule treated, each with the line of the row that counts and what the rule changed: the first day it
-- concerns and the days that count no longer, up to the last described day. T001-T003, T010 and T015 take days away, T016 and T017
-- do without a date that cannot be (C28).
with

tenancies as (
    select
        latest.*,
        {{ add_days('described.last_date', 1) }} as described_to
    from {{ ref('int_tenancies__latest') }} as latest
    inner join {{ ref('int_geography__described') }} as described on latest.municipality_code = described.municipality_code
),

merged as (
    select * from {{ ref('int_tenancies__merged') }}
),

cut as (
    select * from {{ ref('int_tenancies__cut') }}
),

applications as (
    select * from {{ ref('int_tenancies__application') }}
),

-- The days from..to that a rule took away.
days_taken as (
    select
        'T001' as rule_id,
        tenancies.tenancy_key,
        tenancies.start_date as from_date,
        tenancies.end_date as to_date
    from tenancies
    inner join merged on tenancies.tenancy_key = merged.tenancy_key
    where merged.is_merged_away

    union all

    select
        'T002' as rule_id,
        cut.tenancy_key,
        cut.end_after_overlap as from_date,
        merged.end_date as to_date
    from cut
    inner join merged on cut.tenancy_key = merged.tenancy_key
    where cut.is_cut_by_overlap

    union all

    select
        'T003' as rule_id,
        tenancy_key,
        end_date as from_date,
        end_after_overlap as to_date
    from cut
    where is_cut_by_disposal

    union all

    select
        'T010' as rule_id,
        tenancy_key,
        start_date as from_date,
        end_date as to_date
    from tenancies
    where not is_dwelling_known

    union all

    select
        'T015' as rule_id,
        cut.tenancy_key,
        merged.start_date as from_date,
        cut.start_date as to_date
    from cut
    inner join merged on cut.tenancy_key = merged.tenancy_key
    where cut.is_cut_by_acquisition
),

impossible_dates as (
    select
        'T016' as rule_id,
        tenancies.tenancy_key,
        tenancies.start_date as from_date,
        tenancies.start_date as to_date
    from tenancies
    left join applications on tenancies.tenancy_key = applications.tenancy_key
    where greatest(tenancies.decision_date, applications.received_date) > tenancies.start_date

    union all

    select
        'T017' as rule_id,
        tenancy_key,
        start_date as from_date,
        start_date as to_date
    from tenancies
    where agreed_end_date <= start_date
),

treated as (
    select * from days_taken
    union all
    select * from impossible_dates
)

select
    treated.rule_id,
    tenancies.municipality_code,
    tenancies.tenancy_id as local_id,
    'municipal' as source,
    'tenancy' as entity,
    treated.from_date,
    greatest({{ days_between('treated.from_date', 'least(' ~ open_end('treated.to_date') ~ ', tenancies.described_to)') }}, 0) as day_count,
    tenancies.delivery_id,
    tenancies.line_number
from treated
inner join tenancies on treated.tenancy_key = tenancies.tenancy_key
