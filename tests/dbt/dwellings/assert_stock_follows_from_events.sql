-- C16: at the end of every month described the stock is that of the month before and what came less what went: two roads to the same stock.
with

months as (
    select distinct
        municipality_code,
        state_date
    from {{ ref('fct_dwelling_month') }}
),

stock as (
    select
        municipality_code,
        state_date,
        count(*) filter (where is_disposed) as dwellings
    from {{ ref('fct_dwelling_month') }}
    group by municipality_code, state_date
),

changes as (
    select
        municipality_code,
        event_date,
        sum(stock_change) as stock_change
    from {{ ref('fct_dwelling_event') }}
    group by municipality_code, event_date
),

-- what came less what went since the dwellings of the first month were acquired
sums as (
    select
        months.municipality_code,
        months.state_date,
        sum(changes.stock_change) as dwellings
    from months
    left join changes on months.municipality_code = changes.municipality_code and months.state_date >= changes.event_date
    group by months.municipality_code, months.state_date
)

select
    'stock = stock before + acquired + split + returned - disposed - merged - taken out' as rule,
    count(*) as failing_rows
from stock
full join sums on stock.municipality_code = sums.municipality_code and stock.state_date = sums.state_date
where stock.dwellings is distinct from sums.dwellings
having count(*) > 0
