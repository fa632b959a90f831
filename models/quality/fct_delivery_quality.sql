-- How good each file of each known delivery is, for each entity that it fills or explains. Refused deliveries are here too, with the rule
-- that refused them.
with

deliveries as (
    select *
    from {{ source('raw', 'delivery') }}
    where cast(received_at as date) <= {{ known_at_date() }}
),

-- A row tells its line and not its file: where several files fill an entity, it cannot be said which of them has the flagged rows.
files as (
    select
        *,
        count(*) filter (where accepted_count > 0) over (partition by delivery_id, entity) as filling_file_count
    from {{ source('raw', 'delivery_file') }}
),

-- A protected address (P004) is a fact about the dwelling, not a mistake in the row. Issues with a file are of rows in quarantine.
flagged as (
    select
        delivery_id,
        entity,
        count(distinct line_number) as flagged_row_count
    from {{ ref('fct_quality_issue') }}
    where rule_id <> 'P004' and rule_id not like 'R%' and file_name is null
    group by delivery_id, entity
),

counts as (
    select
        deliveries.delivery_id,
        deliveries.source,
        deliveries.supplier,
        deliveries.period_start,
        deliveries.period_end,
        deliveries.received_at,
        deliveries.status,
        deliveries.is_current,
        deliveries.superseded_by,
        deliveries.refusal_rule_id,
        coalesce(files.file_name, '(no file)') as file_name,
        coalesce(files.entity, '(no file)') as entity,
        files.row_count,
        files.accepted_count,
        files.quarantined_count,
        files.excluded_count,
        files.row_count - files.excluded_count as countable_row_count,
        case
            when deliveries.is_current and files.accepted_count = 0 then 0
            when deliveries.is_current and files.filling_file_count = 1 then coalesce(flagged.flagged_row_count, 0)
        end as flagged_row_count
    from deliveries
    left join files on deliveries.delivery_id = files.delivery_id
    left join flagged on files.delivery_id = flagged.delivery_id and files.entity = flagged.entity
)

select
    * exclude (countable_row_count),
    cast(round(accepted_count / nullif(countable_row_count, 0), 6) as decimal(9, 6)) as accepted_share,
    cast(round((accepted_count - flagged_row_count) / nullif(countable_row_count, 0), 6) as decimal(9, 6)) as quality_score
from counts
