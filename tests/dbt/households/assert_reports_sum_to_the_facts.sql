-- C94: the groups of a report make the figures that are told without them: households in stock, who came and went, who is new on the list.
with groups_of_year as (
    select
        municipality_code,
        reference_date,
        sum(household_count) as household_count,
        sum(newly_moved_in_count) as newly_moved_in_count,
        sum(moved_out_count) as moved_out_count
    from {{ ref('rpt_who_lives_here') }}
    group by municipality_code, reference_date
),

flow as (
    select * from {{ ref('fct_household_flow') }}
    where period_kind = 'year' and breakdown = 'none'
),

listed as (
    select
        municipality_code,
        year,
        sum(new_on_list_count) as new_on_list_count
    from {{ ref('rpt_waiting_list') }}
    group by municipality_code, year
),

new_on_list as (
    select
        municipality_code,
        {{ year_of('listed_date') }} as year,
        count(distinct household_key) as new_on_list_count
    from {{ ref('fct_application') }}
    where listed_date is not null
    group by all
),

broken as (
    select 'rpt_who_lives_here and fct_household_flow' as rule
    from flow
    inner join groups_of_year
        on flow.municipality_code = groups_of_year.municipality_code and flow.period_end_date = groups_of_year.reference_date
    where
        (groups_of_year.household_count, groups_of_year.newly_moved_in_count, groups_of_year.moved_out_count)
        is distinct from (flow.closing_household_count, flow.newly_moved_in_count, flow.moved_out_count)

    union all

    select 'rpt_waiting_list and fct_application' as rule
    from listed
    left join new_on_list on listed.municipality_code = new_on_list.municipality_code and listed.year = new_on_list.year
    where listed.new_on_list_count <> coalesce(new_on_list.new_on_list_count, 0)
)

select
    rule,
    count(*) as failing_rows
from broken
group by rule
