-- Tenancies that a rule treated: one row for each rule and tenancy, with the line of the row that counts.
with

tenancies as (
    select * from {{ ref('int_tenancies__latest') }}
),

treated as (
    select
        'T001' as rule_id,
        tenancy_key
    from {{ ref('int_tenancies__merged') }}
    where is_merged_away

    union all

    select
        'T002' as rule_id,
        tenancy_key
    from {{ ref('int_tenancies__cut') }}
    where is_cut_by_overlap

    union all

    select
        'T003' as rule_id,
        tenancy_key
    from {{ ref('int_tenancies__cut') }}
    where is_cut_by_disposal

    union all

    select
        'T010' as rule_id,
        tenancy_key
    from tenancies
    where not is_dwelling_known
)

select
    treated.rule_id,
    tenancies.municipality_code,
    tenancies.tenancy_id as local_id,
    'municipal' as source,
    'tenancy' as entity,
    tenancies.delivery_id,
    tenancies.line_number
from treated
inner join tenancies on treated.tenancy_key = tenancies.tenancy_key
