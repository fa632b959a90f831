-- Measures of what comes to the stock of dwellings and goes from it in a year (C16, C112). Only events that change the stock count: the
-- net change is that from one 31 December to the next.
{%- set by_reason = {
    "acquired_dwellings": "'acquired'",
    "disposed_of_dwellings": "'disposed'",
    "taken_out_dwellings": "'taken_out'",
} %}
{%- set undivided = {
    "returned_dwellings": "'returned'",
    "split_dwellings": "'split'",
    "merged_dwellings": "'merged'",
} %}
{%- set kinds = dict(by_reason, **undivided) %}
with

whole_year as (
    select * from {{ ref("int_indicators__whole_year") }}
),

event as (
    select
        whole_year.municipality_code,
        whole_year.year,
        dwelling_event.event_kind,
        dwelling_event.stock_change,
        coalesce(dwelling_event.reason, 'not_told') as event_reason
    from whole_year
    inner join {{ ref("fct_dwelling_event") }} as dwelling_event
        on whole_year.municipality_code = dwelling_event.municipality_code and whole_year.year = dwelling_event.year
    where whole_year.is_stock_told and dwelling_event.stock_change <> 0
),

-- Of renovations only the number is told: they change no stock.
renovated as (
    select
        municipality_code,
        year,
        count(*) as dwellings
    from {{ ref("fct_dwelling_event") }}
    where event_kind = 'renovated'
    group by municipality_code, year
),

event_year as (
    select
        municipality_code,
        year,
        {%- for name, kind in kinds.items() %}
        count(*) filter (where event_kind = {{ kind }}) as {{ name }},
        {%- endfor %}
        sum(stock_change) as net_change
    from event
    group by municipality_code, year
),

year_total as (
    select
        whole_year.municipality_code,
        whole_year.year,
        whole_year.is_stock_told as is_told,
        {%- for name in kinds %}
        coalesce(event_year.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        coalesce(event_year.net_change, 0) as net_change,
        coalesce(renovated.dwellings, 0) as renovated_dwellings
    from whole_year
    left join event_year on whole_year.municipality_code = event_year.municipality_code and whole_year.year = event_year.year
    left join renovated on whole_year.municipality_code = renovated.municipality_code and whole_year.year = renovated.year
),

not_told_code as (
    select
        whole_year.municipality_code,
        whole_year.year,
        codes.breakdown_code
    from whole_year
    inner join {{ ref("dim_breakdown") }} as codes on codes.breakdown = 'event_reason'
    where not whole_year.is_stock_told
)

{% for name in kinds -%}
{{ "union all" if not loop.first }}
select {{ measure_if_told(name, name, "is_told") }}
from year_total
{% endfor -%}
union all
select {{ measure_if_told("renovated_dwellings", "renovated_dwellings", "is_told") }}
from year_total
union all
select {{ measure_if_told("net_change_dwellings", "net_change", "is_told") }}
from year_total
{%- for name, kind in by_reason.items() %}
union all
select {{ measure(name, "count(*)", breakdown="event_reason", code="event_reason") }}
from event
where event_kind = {{ kind }}
group by municipality_code, year, event_reason
union all
select {{ measure_if_told(name, "0", "false", breakdown="event_reason", code="breakdown_code") }}
from not_told_code
{%- endfor %}
