-- Question 6: Who lives in dwellings without a needs test (C94): the rows of rpt_who_lives_here for these groups.
select *
from {{ ref('rpt_who_lives_here') }}
where primary_group_r0_2019 in ('6')
