-- C24 and C25: the chain that each counted tenancy is a link of, and whether the household was moved without having asked for it.
with

tenancies as (
    select
        tenancy_key,
        municipality_code,
        household_key,
        dwelling_key,
        tenancy_id,
        start_date,
        end_date,
        kind_of_start,
        end_reason
    from {{ ref('int_tenancies__counted') }}
    where is_counted
),

applications as (
    select tenancy_key from {{ ref('int_tenancies__application') }}
),

-- Where no applications were delivered, nobody knows who applied (C51).
tells_applications as (
    select distinct deliveries.supplier as municipality_code
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current and deliveries.source = 'municipal' and files.entity = 'application'
),

versions as (
    select
        *,
        lag(is_in_stock) over (partition by dwelling_key order by valid_from) as was_in_stock
    from {{ ref('int_dwellings__version') }}
),

-- Disposed of or taken out of use.
dwelling_left as (
    select
        dwelling_key,
        disposed_date as left_date
    from versions
    where disposed_date is not null and not is_closed_by_rule

    union

    select
        dwelling_key,
        valid_from as left_date
    from versions
    where was_in_stock and not is_in_stock
),

-- A link opens a new chain where it starts too long after the latest end before it.
openings as (
    select
        *,
        start_date > {{ add_days('max(' ~ open_end('end_date') ~ ') over earlier', var('chain_gap_days')) }} as opens_chain
    from tenancies
    window earlier as (
        partition by household_key order by start_date, tenancy_id
        rows between unbounded preceding and 1 preceding
    )
),

numbered as (
    select
        *,
        count(*) filter (where opens_chain) over (partition by household_key order by start_date, tenancy_id) as chain_of_household
    from openings
),

links as (
    select
        *,
        first_value(tenancy_key) over in_chain as chain_key,
        first_value(start_date) over in_chain as chain_start_date,
        cast(row_number() over in_chain as integer) as chain_number,
        lag(dwelling_key) over in_chain as former_dwelling_key,
        lag(end_reason) over in_chain as former_end_reason,
        lead(kind_of_start) over in_chain as next_kind_of_start
    from numbered
    window in_chain as (partition by household_key, chain_of_household order by start_date, tenancy_id)
),

dwelling_count as (
    select
        chain_key,
        cast(count(distinct dwelling_key) as integer) as chain_dwelling_count
    from links
    group by chain_key
),

-- Internal moves out of a dwelling that left the stock about the time of the move.
moved_with_dwelling as (
    select distinct links.tenancy_key
    from links
    inner join dwelling_left
        on
            links.former_dwelling_key = dwelling_left.dwelling_key
            and abs({{ days_between('dwelling_left.left_date', 'links.start_date') }}) <= {{ var('chain_gap_days') }}
    where links.kind_of_start = 'internal'
),

moved as (
    select
        links.*,
        links.kind_of_start = 'internal'
        and applications.tenancy_key is null
        and coalesce(links.former_dwelling_key <> links.dwelling_key, false)
        and (
            coalesce(links.former_end_reason in ('contract_expired', 'evicted'), false)
            or moved_with_dwelling.tenancy_key is not null
        ) as is_moved_by_municipality
    from links
    left join applications on links.tenancy_key = applications.tenancy_key
    left join moved_with_dwelling on links.tenancy_key = moved_with_dwelling.tenancy_key
)

select
    moved.tenancy_key,
    moved.chain_key,
    moved.chain_number,
    dwelling_count.chain_dwelling_count,
    moved.chain_start_date,
    moved.next_kind_of_start,
    case when not moved.is_moved_by_municipality or tells_applications.municipality_code is not null then moved.is_moved_by_municipality end
        as is_involuntary_move
from moved
inner join dwelling_count on moved.chain_key = dwelling_count.chain_key
left join tells_applications on moved.municipality_code = tells_applications.municipality_code
