-- C03 and C04: in one dwelling the earlier tenancy ends where the later starts (T002), and all end when the dwelling is disposed of (T003).
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

disposals as (
    select distinct
        dwelling_key,
        disposed_date
    from {{ ref('int_dwellings__version') }}
    where disposed_date is not null and not is_closed_by_rule
),

after_disposal as (
    select
        after_overlap.*,
        greatest(
            least(after_overlap.end_after_overlap, {{ open_end('disposals.disposed_date') }}),
            after_overlap.start_date
        ) as end_after_disposal
    from after_overlap
    left join disposals on after_overlap.dwelling_key = disposals.dwelling_key
)

select
    tenancy_key,
    start_date,
    nullif(end_after_disposal, {{ end_of_time() }}) as end_date,
    end_after_disposal > start_date as is_counted,
    end_after_overlap < end_date or end_after_overlap = start_date as is_cut_by_overlap,
    end_after_disposal < end_after_overlap as is_cut_by_disposal
from after_disposal
