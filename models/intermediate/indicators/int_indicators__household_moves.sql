-- Measures of the flow of households through the stock in a year (C26, C112, C115): the sums are those of fct_household_flow, reasons and
-- destinations those of the moves.
{%- set flows = {
    "households_at_opening": "opening_household_count",
    "households_moved_internally": "internally_in_count",
    "households_renewed": "renewed_count",
    "households_moved_out": "moved_out_count",
} %}
{%- set by_flow = ["need_horizon", "target_group_form_2009", "target_group_form_2020", "target_group_r0_2019"] %}
{%- set by_reason = ["end_reason", "destination"] %}
with

whole_year as (
    select * from {{ ref("int_indicators__whole_year") }}
),

flow as (
    select *
    from {{ ref("fct_household_flow") }}
    where period_kind = 'year'
),

year_flow as (
    select
        {%- for column in flows.values() %}
        coalesce(flow.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        whole_year.municipality_code,
        whole_year.year,
        whole_year.is_flow_told as is_told
    from whole_year
    left join flow
        on whole_year.municipality_code = flow.municipality_code and whole_year.year = flow.year and flow.breakdown = 'none'
),

move as (
    select
        whole_year.municipality_code,
        whole_year.year,
        household_move.flow,
        household_move.is_involuntary_move,
        household_move.length_of_stay_days,
        household_move.need_horizon_at_start as need_horizon,
        coalesce(household_move.end_reason, 'not_told') as end_reason,
        coalesce(household_move.destination, 'unknown') as destination
    from whole_year
    inner join {{ ref("fct_household_move") }} as household_move
        on whole_year.municipality_code = household_move.municipality_code and whole_year.year = household_move.year
    where whole_year.is_flow_told
),

move_year as (
    select
        whole_year.municipality_code,
        whole_year.year,
        whole_year.is_flow_told as is_told,
        count(*) filter (where move.flow = 'moved_out' and move.end_reason = 'evicted') as evicted,
        count(*) filter (where move.is_involuntary_move is not null) as judged,
        count(*) filter (where move.is_involuntary_move) as involuntary
    from whole_year
    left join move on whole_year.municipality_code = move.municipality_code and whole_year.year = move.year
    group by whole_year.municipality_code, whole_year.year, whole_year.is_flow_told
),

not_told_code as (
    select
        whole_year.municipality_code,
        whole_year.year,
        codes.breakdown as divided_by,
        codes.breakdown_code
    from whole_year
    cross join {{ ref("dim_breakdown") }} as codes
    where not whole_year.is_flow_told
)

{% for name, column in flows.items() -%}
{{ "union all" if not loop.first }}
select {{ measure_if_told(name, column, "is_told") }}
from year_flow
{% for breakdown in by_flow -%}
union all
select {{ measure(name, column, breakdown=breakdown, code="breakdown_code") }}
from flow
where breakdown = '{{ breakdown }}'
union all
select {{ measure_if_told(name, "0", "false", breakdown=breakdown, code="breakdown_code") }}
from not_told_code
where divided_by = '{{ breakdown }}'
{% endfor -%}
{%- endfor -%}
{%- for breakdown in by_reason -%}
union all
select {{ measure("households_moved_out", "count(*)", breakdown=breakdown, code=breakdown) }}
from move
where flow = 'moved_out'
group by municipality_code, year, {{ breakdown }}
union all
select {{ measure_if_told("households_moved_out", "0", "false", breakdown=breakdown, code="breakdown_code") }}
from not_told_code
where divided_by = '{{ breakdown }}'
{% endfor -%}
union all
select {{ measure("ended_stays", "count(length_of_stay_days)", breakdown="need_horizon", code="need_horizon") }}
from move
where flow = 'moved_out'
group by municipality_code, year, need_horizon
union all
select {{ measure("ended_stay_days", "coalesce(sum(length_of_stay_days), 0)", breakdown="need_horizon", code="need_horizon") }}
from move
where flow = 'moved_out'
group by municipality_code, year, need_horizon
{%- for name in ["ended_stays", "ended_stay_days"] %}
union all
select {{ measure_if_told(name, "0", "false", breakdown="need_horizon", code="breakdown_code") }}
from not_told_code
where divided_by = 'need_horizon'
{%- endfor %}
union all
select {{ measure_if_told("households_evicted", "evicted", "is_told") }}
from move_year
union all
select {{ measure_if_told("internal_moves_judged", "judged", "is_told") }}
from move_year
union all
select {{ measure_if_told("involuntary_moves", "involuntary", "is_told") }}
from move_year
