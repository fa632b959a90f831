-- Households and group rows for the municipality to mend: T004, T005 and the work lists T006, T007 and T009.
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

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

-- What a municipality has never delivered is no mistake of its rows: without group rows no household lacks one, without a register nobody
-- is missing in it.
told as (
    select
        deliveries.supplier as municipality_code,
        bool_or(files.entity = 'household_group') as has_groups,
        bool_or(files.entity = 'refugee') as has_register
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current
    group by deliveries.supplier
),

stock as (
    select * from {{ ref('int_households__stock') }}
    where reference_date = {{ as_of_date() }} and is_household_row
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

refugee_codes as (
    select
        municipality_code,
        local_group_code
    from mappings
    where is_refugee and {{ on_day(as_of_date(), 'valid_from', 'valid_to') }}
),

-- The row with a local refugee code valid on the as-of date, the one of best rank.
refugee_flag as (
    select
        local_groups.household_key,
        local_groups.delivery_id,
        local_groups.line_number
    from local_groups
    semi join refugee_codes
        on
            local_groups.municipality_code = refugee_codes.municipality_code
            and local_groups.local_group_code = refugee_codes.local_group_code
    where {{ on_day(as_of_date(), 'local_groups.from_date', 'local_groups.to_date') }}
    qualify row_number() over (
        partition by local_groups.household_key order by local_groups.group_rank, local_groups.from_date
    ) = 1
),

-- The flag against the register, for households in stock.
refugee_work_list as (
    select
        case
            when refugee_flag.household_key is null then 'T007'
            when holders.settlement_date is null then 'T009'
            else 'T006'
        end as rule_id,
        stock.municipality_code,
        tenancies.household_id,
        case when refugee_flag.household_key is null then 'tenancy' else 'household_group' end as entity,
        coalesce(refugee_flag.delivery_id, tenancies.delivery_id) as delivery_id,
        coalesce(refugee_flag.line_number, tenancies.line_number) as line_number
    from stock
    inner join tenancies on stock.tenancy_key = tenancies.tenancy_key
    inner join holders
        on
            stock.household_key = holders.household_key
            and {{ on_day('stock.reference_date', 'holders.valid_from', 'holders.valid_to') }}
    inner join told on stock.municipality_code = told.municipality_code
    left join refugee_flag on stock.household_key = refugee_flag.household_key
    where
        -- T006
        (refugee_flag.household_key is not null and holders.refugee_until <= stock.reference_date)
        -- T007
        or (
            refugee_flag.household_key is null
            and {{ on_day('stock.reference_date', 'holders.settlement_date', 'holders.refugee_until') }}
        )
        -- T009
        or (told.has_register and refugee_flag.household_key is not null and holders.is_linked and holders.settlement_date is null)
),

issue as (
    select * from without_group
    union all
    select * from without_mapping
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
