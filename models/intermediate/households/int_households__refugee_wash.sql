-- The refugee flag against the register, for households in stock on the as-of date: T006, T007 and T009 (C81).
with tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
    where is_counted
),

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

-- Without a register nobody is missing in it.
told as (
    select
        deliveries.supplier as municipality_code,
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

refugee_flag as (
    select * from {{ ref('int_households__refugee_flag') }}
)

select
    case
        when refugee_flag.household_key is null then 'grant_without_flag'
        when holders.settlement_date is null then 'flag_without_settlement'
        else 'grant_ended'
    end as work_list,
    stock.municipality_code,
    stock.reference_date,
    stock.household_key,
    stock.tenancy_key,
    stock.dwelling_key,
    stock.primary_group_form_2009,
    holders.settlement_date,
    holders.refugee_until,
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
left join refugee_flag
    on stock.household_key = refugee_flag.household_key and stock.reference_date = refugee_flag.reference_date
where
    -- grant_ended
    (refugee_flag.household_key is not null and holders.refugee_until <= stock.reference_date)
    -- grant_without_flag
    or (
        refugee_flag.household_key is null
        and {{ on_day('stock.reference_date', 'holders.settlement_date', 'holders.refugee_until') }}
    )
    -- flag_without_settlement
    or (told.has_register and refugee_flag.household_key is not null and holders.is_linked and holders.settlement_date is null)
