-- C155: every column of rpt_indicator_wide is a figure of the catalogue: a misspelt indicator or code would be a column without values.
with

wanted as (
    {%- for name, indicator_id, breakdown, code, type in wide_figures() %}
    select
        '{{ indicator_id }}' as indicator_id,
        '{{ breakdown }}' as breakdown,
        '{{ code }}' as breakdown_code
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

unknown as (
    select wanted.indicator_id
    from wanted
    left join {{ ref("dim_indicator") }} as indicator on wanted.indicator_id = indicator.indicator_id
    left join {{ ref("dim_breakdown") }} as breakdown
        on wanted.breakdown = breakdown.breakdown and wanted.breakdown_code = breakdown.breakdown_code
    where
        breakdown.breakdown is null
        or not coalesce(list_contains(string_split(indicator.permitted_breakdowns, '|'), wanted.breakdown), false)
)

select
    indicator_id || ' has a column and no place in the catalogue' as rule,
    count(*) as failing_rows
from unknown
group by indicator_id
