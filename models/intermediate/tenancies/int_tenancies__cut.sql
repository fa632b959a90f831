-- C03, C04 and C28: in one dwelling the earlier tenancy ends where the later starts (T002), all end when it is disposed of (T003),
-- and none starts before it was acquired (T015).
with

lives as (
    select * from {{ ref('int_dwellings__life') }}
),

-- The contracts of a shared flat run beside each other: only those of one holder are in each other's way (C15).
tenancies as (
    select
        merged.tenancy_key,
        merged.dwelling_key,
        case when lives.is_shared then merged.holder end as contract_of,
        merged.tenancy_id,
        merged.start_date,
        {{ open_end('merged.end_date') }} as end_date,
        lives.acquired_date,
        -- a dwelling closed by T008 was not disposed of
        case when not lives.is_closed_by_rule then lives.disposed_date end as disposed_date
    from {{ ref('int_tenancies__merged') }} as merged
    left join lives on merged.dwelling_key = lives.dwelling_key
    where not merged.is_merged_away
),

-- Of those that start on the same day in the same dwelling only the one with the largest id has days left.
ranked as (
    select
        *,
        start_date < end_date
        and row_number() over (
            partition by dwelling_key, contract_of, start_date order by start_date < end_date desc, tenancy_id desc
        ) = 1 as has_days
    from tenancies
),

followed as (
    select
        *,
        lead(start_date) over (partition by dwelling_key, contract_of, has_days order by start_date) as next_start_date
    from ranked
),

after_overlap as (
    select
        tenancy_key,
        acquired_date,
        disposed_date,
        start_date,
        end_date,
        case
            when has_days then least(end_date, {{ open_end('next_start_date') }})
            else start_date
        end as end_after_overlap
    from followed
),

after_disposal as (
    select
        *,
        greatest(
            least(end_after_overlap, {{ open_end('disposed_date') }}),
            start_date
        ) as end_after_disposal
    from after_overlap
),

-- A tenancy that had no days left before is not cut once more.
after_acquisition as (
    select
        *,
        greatest(start_date, least(coalesce(acquired_date, start_date), end_after_disposal)) as start_after_acquisition
    from after_disposal
)

select
    tenancy_key,
    start_after_acquisition as start_date,
    nullif(end_after_disposal, {{ end_of_time() }}) as end_date,
    end_after_disposal > start_after_acquisition as is_counted,
    end_after_overlap < end_date or end_after_overlap = start_date as is_cut_by_overlap,
    end_after_disposal < end_after_overlap as is_cut_by_disposal,
    start_after_acquisition > start_date as is_cut_by_acquisition,
    nullif(end_after_overlap, {{ end_of_time() }}) as end_after_overlap
from after_acquisition
