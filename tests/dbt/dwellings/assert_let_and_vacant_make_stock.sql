-- C11: on the last day of every month of which it is known what was let, the dwellings let and those vacant (by month and by spell) are the
-- dwellings in stock (by version).
with

days as (
    select distinct
        municipality_code,
        state_date
    from {{ ref('fct_dwelling_month') }}
    where days_let is not null
),

stock as (
    select
        days.municipality_code,
        days.state_date,
        count(*) as dwellings
    from days
    inner join {{ ref('dim_dwelling') }} as versions
        on
            days.municipality_code = versions.municipality_code
            and {{ on_day('days.state_date', 'versions.valid_from', 'versions.valid_to') }}
    where versions.is_in_stock
    group by days.municipality_code, days.state_date
),

states as (
    select
        municipality_code,
        state_date,
        count(*) filter (where is_let) as let,
        count(*) filter (where is_vacant) as vacant
    from {{ ref('fct_dwelling_month') }}
    group by municipality_code, state_date
),

spells as (
    select
        days.municipality_code,
        days.state_date,
        count(*) as vacant
    from days
    inner join {{ ref('fct_vacancy_spell') }} as spells
        on
            days.municipality_code = spells.municipality_code
            and {{ on_day('days.state_date', 'spells.from_date', 'spells.to_date') }}
    group by days.municipality_code, days.state_date
)

select
    'let + vacant = in stock, by versions, months and spells' as rule,
    count(*) as failing_rows
from days
left join stock on days.municipality_code = stock.municipality_code and days.state_date = stock.state_date
left join states on days.municipality_code = states.municipality_code and days.state_date = states.state_date
left join spells on days.municipality_code = spells.municipality_code and days.state_date = spells.state_date
where
    coalesce(stock.dwellings, 0) <> coalesce(states.let, 0) + coalesce(states.vacant, 0)
    or coalesce(states.vacant, 0) <> coalesce(spells.vacant, 0)
having count(*) > 0
