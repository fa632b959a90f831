-- Measures of dwellings and households that must agree: two ways to the same number.
--   let and vacant are the disposed ones, under every code; so are the forms of tenure; the net change is that of the stock from one
--   31 December to the next (C112), and what it is made of; spread groups have the total of the observed ones (C82); who is in a pair of
--   horizon and group is in the horizon (C115).
with

amount as (
    select
        municipality_code,
        year,
        measure_id,
        breakdown,
        breakdown_code,
        amount
    from {{ ref("int_indicators__measure") }}
    where vintage = 'own_register' and amount is not null
),

by_code as (
    select
        municipality_code,
        year,
        breakdown,
        breakdown_code,
        max(amount) filter (where measure_id = 'disposed_dwellings') as disposed,
        max(amount) filter (where measure_id = 'let_dwellings') as let,
        max(amount) filter (where measure_id = 'vacant_dwellings') as vacant
    from amount
    group by municipality_code, year, breakdown, breakdown_code
),

total as (
    select
        municipality_code,
        year,
        max(amount) filter (where measure_id = 'disposed_dwellings') as disposed,
        max(amount) filter (where measure_id = 'owned_dwellings') as owned,
        max(amount) filter (where measure_id = 'rented_in_dwellings') as rented_in,
        max(amount) filter (where measure_id = 'right_of_disposal_dwellings') as right_of_disposal,
        max(amount) filter (where measure_id = 'net_change_dwellings') as net_change,
        max(amount) filter (where measure_id = 'acquired_dwellings') as acquired,
        max(amount) filter (where measure_id = 'split_dwellings') as split_from,
        max(amount) filter (where measure_id = 'returned_dwellings') as returned,
        max(amount) filter (where measure_id = 'disposed_of_dwellings') as disposed_of,
        max(amount) filter (where measure_id = 'merged_dwellings') as merged,
        max(amount) filter (where measure_id = 'taken_out_dwellings') as taken_out,
        max(amount) filter (where measure_id = 'households') as households,
        max(amount) filter (where measure_id = 'newly_moved_in') as newly_moved_in
    from amount
    where breakdown = 'none'
    group by municipality_code, year
),

imputed as (
    select
        municipality_code,
        year,
        measure_id,
        breakdown,
        sum(amount) as amount
    from amount
    where measure_id in ('households_imputed', 'newly_moved_in_imputed')
    group by municipality_code, year, measure_id, breakdown
),

horizon as (
    select
        municipality_code,
        year,
        measure_id,
        case breakdown when 'need_horizon' then breakdown_code else split_part(breakdown_code, ':', 1) end as need_horizon,
        sum(amount) filter (where breakdown = 'need_horizon') as by_horizon,
        sum(amount) filter (where breakdown = 'need_horizon_r0_2019') as by_pair
    from amount
    where
        measure_id in ('households', 'newly_moved_in')
        and breakdown in ('need_horizon', 'need_horizon_r0_2019')
    group by all
),

broken as (
    select 'let and vacant are the disposed ones under every code' as rule
    from by_code
    where let + vacant <> disposed

    union all

    select 'owned, rented in and right of disposal are the disposed ones' as rule
    from total
    where owned + rented_in + right_of_disposal <> disposed

    union all

    select 'the net change is that of the stock' as rule
    from total
    inner join total as before on total.municipality_code = before.municipality_code and total.year = before.year + 1
    where total.disposed - before.disposed <> total.net_change

    union all

    select 'what came less what went is the net change' as rule
    from total
    where acquired + split_from + returned - disposed_of - merged - taken_out <> net_change

    union all

    select 'spread groups have the total of the observed ones' as rule
    from imputed
    inner join total on imputed.municipality_code = total.municipality_code and imputed.year = total.year
    where imputed.amount <> case imputed.measure_id when 'households_imputed' then total.households else total.newly_moved_in end

    union all

    select 'pairs of horizon and group make the horizon' as rule
    from horizon
    where need_horizon in ('permanent', 'temporary') and by_pair <> by_horizon
)

select
    rule,
    count(*) as failing_rows
from broken
group by rule
