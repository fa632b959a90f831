-- C91: what waits less what lacks is what is vacant less what is superfluous: both are the dwellings that are taken.
with profiles as (
    select * from {{ ref('rpt_lack_and_surplus') }}
),

balance as (
    select
        municipality_code,
        reference_date,
        sum(waiting_count - lack_count) as served_count,
        sum(vacant_count - surplus_count) as taken_count,
        count(*) as profile_count
    from profiles
    group by municipality_code, reference_date
)

select
    'households served are dwellings taken' as rule,
    count(*) as failing_rows
from balance
-- each profile is rounded to two decimals
where abs(served_count - taken_count) > 0.01 * profile_count
having count(*) > 0
