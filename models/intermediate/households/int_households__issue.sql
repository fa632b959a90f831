-- Households and group rows for the municipality to mend: T004, T005, T021 and the work lists T006, T007 and T009.
with tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
    where is_counted
),

local_groups as (
    select * from {{ ref('int_households__local_group') }}
),

mappings as (
    select * from {{ ref('int_groups__mapping') }}
),

refugee_wash as (
    select * from {{ ref('int_households__refugee_wash') }}
),

-- What a municipality has never delivered is no mistake of its rows: without group rows no household lacks one.
told as (
    select
        deliveries.supplier as municipality_code,
        bool_or(files.entity = 'household_group') as has_groups
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current
    group by deliveries.supplier
),

-- T004: the household's first counted tenancy that begins without any group row.
without_group as (
    select
        'T004' as rule_id,
        tenancies.municipality_code,
        tenancies.household_id,
        'tenancy' as entity,
        tenancies.delivery_id,
        tenancies.line_number
    from tenancies
    inner join told on tenancies.municipality_code = told.municipality_code
    where
        told.has_groups
        and not exists (
            select 1 from local_groups
            where
                local_groups.household_key = tenancies.household_key
                and {{ on_day('tenancies.start_date', 'local_groups.from_date', 'local_groups.to_date') }}
        )
    qualify row_number() over (partition by tenancies.household_key order by tenancies.start_date, tenancies.tenancy_id) = 1
),

-- T005: a code that says nothing in any scheme on the first day of its row.
without_mapping as (
    select
        'T005' as rule_id,
        municipality_code,
        household_id,
        'household_group' as entity,
        delivery_id,
        line_number
    from local_groups
    where not exists (
        select 1 from mappings
        where
            mappings.municipality_code = local_groups.municipality_code
            and mappings.local_group_code = local_groups.local_group_code
            and {{ on_day('local_groups.from_date', 'mappings.valid_from', 'mappings.valid_to') }}
    )
),

-- T021: a row that the next of the same rank cut short (C83).
cut_short as (
    select
        'T021' as rule_id,
        municipality_code,
        household_id,
        'household_group' as entity,
        delivery_id,
        line_number
    from local_groups
    where is_cut
),

refugee_work_list as (
    select
        case work_list
            when 'grant_ended' then 'T006'
            when 'grant_without_flag' then 'T007'
            when 'flag_without_settlement' then 'T009'
        end as rule_id,
        municipality_code,
        household_id,
        entity,
        delivery_id,
        line_number
    from refugee_wash
),

issue as (
    select * from without_group
    union all
    select * from without_mapping
    union all
    select * from cut_short
    union all
    select * from refugee_work_list
)

select
    rule_id,
    municipality_code,
    household_id as local_id,
    'municipal' as source,
    entity,
    delivery_id,
    line_number
from issue
