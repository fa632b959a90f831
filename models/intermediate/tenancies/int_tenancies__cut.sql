-- C03, C04 and C28: in one dwelling the earlier tenancy ends where the later starts (T002), all end when it is disposed of (T003),
-- and none starts before it was acquired (T015).
with

tenancies as (
    select
        tenancy_key,
        dwelling_key,
        tenancy_id,
        start_date,
        {{ open_end('end_date') }} as end_date
    from {{ ref('int_tenancies__merged') }}
    where not is_merged_away
),

-- Of those that start on the same day in the same dwelling only the one with the largest id has days left.
ranked as (
    select
        *,
        start_date < end_date
        and row_number() over (
            partition by dwelling_key, start_date order by start_date < end_date desc, tenancy_id desc
        ) = 1 as has_days
    from tenancies
),

followed as (
    select
        *,
        lead(start_date) over (partition by dwelling_key, has_days order by start_date) as next_start_date
    from ranked
),

after_overlap as (
    select
        tenancy_key,
        dwelling_key,
        start_date,
        end_date,
        case
            when has_days then least(end_date, {{ open_end('next_start_date') }})
            else start_date
        end as end_after_overlap
    from followed
),

-- A dwelling closed by T008 was not disposed of.
dwellings as (
    select
        dwelling_key,
        min(acquired_date) as acquired_date,
        min(disposed_date) filter (where not is_closed_by_rule) as disposed_date
    from {{ ref('int_dwellings__version') }}
    group by dwelling_key
),

after_disposal as (
    select
        after_overlap.*,
        dwellings.acquired_date,
        greatest(
            least(after_overlap.end_after_overlap, {{ open_end('dwellings.disposed_date') }}),
            after_overlap.start_date
        ) as end_after_disposal
    from after_overlap
    left join dwellings on after_overlap.dwelling_key = dwellings.dwelling_key
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
