-- Stays: a counted tenancy carries on the one before it where it is a renewal (C20). Each tenancy with its stay, named by the first.
with tenancies as (
    select
        tenancy_key,
        household_key,
        dwelling_key,
        tenancy_id,
        start_date,
        end_date,
        kind_of_start
    from {{ ref('int_tenancies__counted') }}
    where is_counted
),

numbered as (
    select
        *,
        count(*) filter (where kind_of_start <> 'renewal') over (
            partition by household_key, dwelling_key order by start_date, tenancy_id
        ) as stay_number
    from tenancies
)

select
    tenancy_key,
    first_value(tenancy_key) over in_stay as stay_key,
    first_value(start_date) over in_stay as stay_start_date,
    -- the renewal is the one that ends last
    nullif(max({{ open_end('end_date') }}) over whole_stay, {{ end_of_time() }}) as stay_end_date,
    row_number() over (
        partition by household_key, dwelling_key, stay_number order by start_date desc, tenancy_id desc
    ) = 1 as is_last_of_stay
from numbered
window
    in_stay as (partition by household_key, dwelling_key, stay_number order by start_date, tenancy_id),
    whole_stay as (partition by household_key, dwelling_key, stay_number)
