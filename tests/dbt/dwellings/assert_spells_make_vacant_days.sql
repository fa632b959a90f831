-- C17: the days of the vacancy spells in each month of a dwelling are the vacant days of fct_dwelling_month, where it is known what was
-- let.
with

months as (
    select
        dwelling_key,
        {{ month_number('month_start_date') }} as month_number,
        days_vacant
    from {{ ref('fct_dwelling_month') }}
    where days_vacant is not null
),

spells as (
    select
        dwelling_key,
        from_date,
        {{ add_days('from_date', 'vacant_days') }} as to_date
    from {{ ref('fct_vacancy_spell') }}
),

spell_months as (
    select
        spells.dwelling_key,
        series_month_number.month_number,
        sum({{ days_between(
            'greatest(spells.from_date, ' ~ month_start('series_month_number.month_number') ~ ')',
            'least(spells.to_date, ' ~ month_start('(series_month_number.month_number + 1)') ~ ')'
        ) }}) as days_vacant
    from spells
    cross join {{ int_series(month_number('spells.from_date'), month_number(add_days('spells.to_date', -1)), 'month_number') }}
    group by spells.dwelling_key, series_month_number.month_number
)

select
    'days of spells = vacant days of the month' as rule,
    count(*) as failing_rows
from months
full join spell_months on months.dwelling_key = spell_months.dwelling_key and months.month_number = spell_months.month_number
where coalesce(months.days_vacant, 0) <> coalesce(spell_months.days_vacant, 0)
having count(*) > 0
