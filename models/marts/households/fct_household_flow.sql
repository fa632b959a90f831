{%- set breakdowns = ['need_horizon'] -%}
{%- for scheme in group_schemes() -%}{%- do breakdowns.append('target_group_' ~ scheme) -%}{%- endfor -%}
-- C26: opening + newly moved in + internally in - internally out - moved out = closing, by municipality and covered month or year.
with

periods as (
    select
        municipality_code,
        period_kind,
        period_start_date,
        period_end_date,
        {{ month_number('period_start_date') }} as first_month,
        {{ month_number('period_end_date') }} as last_month
    from {{ ref('int_tenancies__flow_period') }}
),

spells as (
    select * from {{ ref('int_tenancies__stock_spell') }}
),

tenancies as (
    select * from {{ ref('fct_tenancy') }}
    where is_counted
),

-- dim_breakdown has the schemes of published figures alone, the flow is told in all.
labels as (
    select
        breakdown,
        breakdown_code,
        label_nb
    from {{ ref('breakdown') }}

    union all

    select
        'target_group_' || scheme as breakdown,
        code as breakdown_code,
        label_nb
    from {{ ref('target_group_scheme') }}
),

-- Where no groups were delivered, nothing is told by group or by the need that follows from it (C51).
tells_groups as (
    select distinct deliveries.supplier as municipality_code
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current and deliveries.source = 'municipal' and files.entity = 'household_group'
),

-- Households in, out and renewed.
event as (
    select
        municipality_code,
        stay_key,
        from_date as day,
        way_in as flow
    from spells

    union all

    select
        municipality_code,
        stay_key,
        to_date as day,
        way_out as flow
    from spells
    where way_out is not null

    union all

    select
        municipality_code,
        tenancy_key as stay_key,
        start_date as day,
        'renewed' as flow
    from tenancies
    where kind_of_start = 'renewal'
),

span as (
    select
        municipality_code,
        min(first_month) as first_month,
        max(last_month) as last_month
    from periods
    group by municipality_code
),

-- By month; what came before the first period makes the households that are present when it opens.
event_month as (
    select
        event.municipality_code,
        event.flow,
        tenancies.need_horizon_at_start as need_horizon,
        {%- for scheme in group_schemes() %}
        tenancies.primary_group_{{ scheme }}_at_start as target_group_{{ scheme }},
        {%- endfor %}
        greatest({{ month_number('event.day') }}, span.first_month - 1) as month_number,
        count(*) as household_count
    from event
    inner join span on event.municipality_code = span.municipality_code
    inner join tenancies on event.stay_key = tenancies.tenancy_key
    group by
        event.municipality_code,
        event.flow,
        tenancies.need_horizon_at_start,
        {%- for scheme in group_schemes() %}
        tenancies.primary_group_{{ scheme }}_at_start,
        {%- endfor %}
        greatest({{ month_number('event.day') }}, span.first_month - 1)
),

by_code as (
    select
        municipality_code,
        'none' as breakdown,
        'all' as breakdown_code,
        month_number,
        flow,
        household_count
    from event_month
    {%- for breakdown in breakdowns %}

    union all

    select
        event_month.municipality_code,
        '{{ breakdown }}' as breakdown,
        event_month.{{ breakdown }} as breakdown_code,
        event_month.month_number,
        event_month.flow,
        event_month.household_count
    from event_month
    inner join tells_groups on event_month.municipality_code = tells_groups.municipality_code
    {%- endfor %}
),

flow as (
    select
        municipality_code,
        breakdown,
        breakdown_code,
        month_number,
        coalesce(sum(household_count) filter (where flow = 'newly_moved_in'), 0) as newly_moved_in,
        coalesce(sum(household_count) filter (where flow = 'internally_in'), 0) as internally_in,
        coalesce(sum(household_count) filter (where flow = 'renewed'), 0) as renewed,
        coalesce(sum(household_count) filter (where flow = 'internally_out'), 0) as internally_out,
        coalesce(sum(household_count) filter (where flow = 'moved_out'), 0) as moved_out
    from by_code
    group by municipality_code, breakdown, breakdown_code, month_number
),

code as (
    select distinct
        municipality_code,
        breakdown,
        breakdown_code
    from flow
),

-- Every code that occurs in the municipality has every month, also where nothing happened.
code_month as (
    select
        code.municipality_code,
        code.breakdown,
        code.breakdown_code,
        series_month_number.month_number
    from code
    inner join span on code.municipality_code = span.municipality_code
    cross join {{ int_series('span.first_month - 1', 'span.last_month', 'month_number') }}
),

month_flow as (
    select
        code_month.municipality_code,
        code_month.breakdown,
        code_month.breakdown_code,
        code_month.month_number,
        coalesce(flow.newly_moved_in, 0) as newly_moved_in,
        coalesce(flow.internally_in, 0) as internally_in,
        coalesce(flow.renewed, 0) as renewed,
        coalesce(flow.internally_out, 0) as internally_out,
        coalesce(flow.moved_out, 0) as moved_out
    from code_month
    left join flow
        on
            code_month.municipality_code = flow.municipality_code
            and code_month.breakdown = flow.breakdown
            and code_month.breakdown_code = flow.breakdown_code
            and code_month.month_number = flow.month_number
),

-- Households at the end of each month: all that came before it and did not leave.
stock as (
    select
        *,
        sum(newly_moved_in + internally_in - internally_out - moved_out) over (
            partition by municipality_code, breakdown, breakdown_code order by month_number
        ) as closing
    from month_flow
),

-- Groups are told by year.
period_flow as (
    select
        periods.municipality_code,
        periods.period_kind,
        periods.period_start_date,
        periods.period_end_date,
        stock.breakdown,
        stock.breakdown_code,
        sum(stock.newly_moved_in) filter (where stock.month_number >= periods.first_month) as newly_moved_in,
        sum(stock.internally_in) filter (where stock.month_number >= periods.first_month) as internally_in,
        sum(stock.renewed) filter (where stock.month_number >= periods.first_month) as renewed,
        sum(stock.internally_out) filter (where stock.month_number >= periods.first_month) as internally_out,
        sum(stock.moved_out) filter (where stock.month_number >= periods.first_month) as moved_out,
        sum(stock.closing) filter (where stock.month_number < periods.first_month) as opening,
        sum(stock.closing) filter (where stock.month_number = periods.last_month) as closing
    from periods
    inner join stock
        on
            periods.municipality_code = stock.municipality_code
            and stock.month_number between periods.first_month - 1 and periods.last_month
    where periods.period_kind = 'year' or stock.breakdown in ('none', 'need_horizon')
    group by
        periods.municipality_code,
        periods.period_kind,
        periods.period_start_date,
        periods.period_end_date,
        stock.breakdown,
        stock.breakdown_code
)

select
    period_flow.municipality_code,
    period_flow.period_kind,
    period_flow.period_start_date,
    period_flow.period_end_date,
    {{ year_of('period_flow.period_start_date') }} as year,
    case when period_flow.period_kind = 'month' then {{ month_of('period_flow.period_start_date') }} end as month,
    period_flow.breakdown,
    period_flow.breakdown_code,
    labels.label_nb as breakdown_code_label_nb,
    cast(period_flow.opening as integer) as opening_household_count,
    cast(period_flow.newly_moved_in as integer) as newly_moved_in_count,
    cast(period_flow.internally_in as integer) as internally_in_count,
    cast(period_flow.internally_out as integer) as internally_out_count,
    cast(period_flow.moved_out as integer) as moved_out_count,
    cast(period_flow.closing as integer) as closing_household_count,
    cast(period_flow.renewed as integer) as renewed_count
from period_flow
left join labels on period_flow.breakdown = labels.breakdown and period_flow.breakdown_code = labels.breakdown_code
