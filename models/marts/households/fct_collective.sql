-- C46: units that are collectives, by period, with the number of households and of let dwellings in them.
with collectives as (
    select * from {{ ref('int_households__collective') }}
)

select
    {{ surrogate_key(['unit_key', 'valid_from']) }} as collective_key,
    unit_key,
    municipality_code,
    valid_from,
    valid_to,
    {{ on_day(as_of_date(), 'valid_from', 'valid_to') }} as is_current,
    household_count,
    cast(count(*) as integer) as let_dwelling_count,
    {{ days_between('valid_from', 'least(' ~ open_end('valid_to') ~ ', ' ~ add_days(as_of_date(), 1) ~ ')') }} as days
from collectives
group by unit_key, municipality_code, valid_from, valid_to, household_count
