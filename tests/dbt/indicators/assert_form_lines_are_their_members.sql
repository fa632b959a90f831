-- C161: every line of the form that has a count is the number of the rows that it counts.
with

counted as (
    select
        municipality_code,
        year,
        line_id,
        count(*) filter (where is_counted) as member_count
    from {{ ref("fct_form_line_member") }}
    group by municipality_code, year, line_id
)

select
    'form_line_is_its_members' as rule,
    count(*) as failing_rows
from {{ ref("fct_form_line") }} as line
left join counted
    on line.municipality_code = counted.municipality_code and line.year = counted.year and line.line_id = counted.line_id
where line.line_count is not null and line.line_count <> coalesce(counted.member_count, 0)
having count(*) > 0
