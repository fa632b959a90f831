-- Days from 2005, the first year with population, to the end of the year after the as-of date.
{% set months = ['januar', 'februar', 'mars', 'april', 'mai', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'desember'] %}
{% set weekdays = ['mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag', 'søndag'] %}
with

days as (
    select {{ add_days("date '2005-01-01'", 'series_n.n') }} as date_day
    from (
        select {{ days_between("date '2005-01-01'", last_of_year(year_of(as_of_date()) ~ ' + 1')) }} as last_number
    ) as bounds
    cross join {{ int_series('0', 'bounds.last_number', 'n') }}
)

select
    date_day,
    {{ year_of('date_day') }} as year,
    cast(extract(quarter from date_day) as integer) as quarter,
    {{ month_of('date_day') }} as month,
    case {{ month_of('date_day') }}
        {%- for name in months %}
        when {{ loop.index }} then '{{ name }}'
        {%- endfor %}
    end as month_name_nb,
    {{ first_of_month('date_day') }} as month_start_date,
    {{ add_days(add_months(first_of_month('date_day'), 1), -1) }} as month_end_date,
    cast(extract(day from date_day) as integer) as day_of_month,
    case extract(isodow from date_day)
        {%- for name in weekdays %}
        when {{ loop.index }} then '{{ name }}'
        {%- endfor %}
    end as weekday_name_nb,
    cast(extract(week from date_day) as integer) as iso_week,
    {{ month_of(add_days('date_day', 1)) }} <> {{ month_of('date_day') }} as is_month_end,
    {{ year_of(add_days('date_day', 1)) }} <> {{ year_of('date_day') }} as is_year_end,
    date_day <= {{ as_of_date() }} as is_described
from days
