-- C161: a line of the form whose members are listed is their number; a line of none has no member.
with

listed as (
    select distinct line.measure_id
    from {{ ref("fct_form_line_member") }} as member
    inner join {{ ref("form_line") }} as line on member.line_id = line.line_id
),

counted as (
    select
        municipality_code,
        year,
        line_id,
        count(*) as member_count
    from {{ ref("fct_form_line_member") }}
    group by municipality_code, year, line_id
)

select
    'form_line_is_its_members' as rule,
    count(*) as failing_rows
from {{ ref("fct_form_line") }} as line
inner join listed on line.measure_id = listed.measure_id
left join counted
    on line.municipality_code = counted.municipality_code and line.year = counted.year and line.line_id = counted.line_id
where line.line_count is not null and line.line_count <> coalesce(counted.member_count, 0)
