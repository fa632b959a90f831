-- C93: dwellings in stock at the end of each month in which it is known what was let, sliced as fct_stock_year: what each month gains and
-- loses is summed up, and written out for the months until the next change.
with change as (
    select * from {{ ref('int_stock__month_change') }}
),

-- Members are known from the first to the last day of the deliveries that tell of them (C51).
members_told as (
    select
        deliveries.supplier as municipality_code,
        min({{ month_number('deliveries.period_start') }}) as first_month,
        max({{ month_number('deliveries.period_end') }}) as last_month
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current and deliveries.source = 'municipal' and files.entity = 'household_member'
    group by deliveries.supplier
),

slices as (
    select
        occupancy,
        {{ stock_month_dimensions() | join(", ") }},
        cast(row_number() over (order by occupancy, {{ stock_month_dimensions() | join(", ") }}) as integer) as slice_number
    from (
        select distinct
            occupancy,
            {{ stock_month_dimensions() | join(", ") }}
        from change
    ) as distinct_slice
),

labelled as (
    select
        slices.slice_number,
        slices.occupancy,
        {{- labelled_dimensions('slices', stock_month_dimensions()) }}
        {{ label_nb('occupancy', 'slices.occupancy') }} as occupancy_label_nb
    from slices
),

-- From here on a slice is its number: months are many.
numbered as (
    select
        slices.slice_number,
        change.month_number,
        change.dwelling_change,
        change.household_change,
        change.person_change,
        change.children_change
    from change
    inner join slices
        on
            change.occupancy = slices.occupancy
            {%- for column in stock_month_dimensions() %}
            and change.{{ column }} is not distinct from slices.{{ column }}
            {%- endfor %}
),

running as (
    select
        slice_number,
        month_number as from_month,
        lead(month_number) over (partition by slice_number order by month_number) as next_month,
        sum(dwelling_change) over in_slice as dwelling_count,
        sum(household_change) over in_slice as household_count,
        sum(person_change) over in_slice as person_count,
        sum(children_change) over in_slice as children_count
    from numbered
    window in_slice as (partition by slice_number order by month_number)
),

months as (
    select
        running.*,
        series_month_number.month_number
    from running
    cross join {{ int_series('running.from_month', '(running.next_month - 1)', 'month_number') }}
    where running.dwelling_count > 0
)

select
    labelled.*,
    {{ month_start('months.month_number') }} as month_start_date,
    least({{ add_days(month_start('(months.month_number + 1)'), -1) }}, {{ as_of_date() }}) as state_date,
    cast(months.month_number // 12 as integer) as year,
    cast(months.month_number % 12 + 1 as integer) as month,
    cast(months.dwelling_count as integer) as dwelling_count,
    cast(case when labelled.occupancy = 'let' then months.dwelling_count else 0 end as integer) as let_count,
    cast(case when labelled.occupancy = 'vacant' then months.dwelling_count else 0 end as integer) as vacant_count,
    cast(months.household_count as integer) as household_count,
    case when members_told.municipality_code is not null then cast(months.person_count as integer) end as person_count,
    case when members_told.municipality_code is not null then cast(months.children_count as integer) end as children_count
from months
inner join labelled on months.slice_number = labelled.slice_number
left join members_told
    on
        labelled.municipality_code = members_told.municipality_code
        and months.month_number between members_told.first_month and members_told.last_month
