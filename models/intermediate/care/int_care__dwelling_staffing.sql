-- C48: staff in the dwelling of a housing decision by period, where the care register tells it over time; a later row ends the one before.
with delivered as (
    select *
    from {{ ref('stg_iplos__dwelling_staffing') }}
    {{ latest_known(['municipality_code', 'service_id', 'from_date']) }}
),

ended as (
    select
        {{ surrogate_key(['municipality_code', 'service_id']) }} as service_key,
        staffing,
        from_date,
        least(
            {{ open_end('to_date') }},
            {{ open_end('lead(from_date) over (partition by municipality_code, service_id order by from_date)') }}
        ) as until_date
    from delivered
)

select
    service_key,
    from_date as valid_from,
    nullif(until_date, {{ end_of_time() }}) as valid_to,
    staffing
from ended
where from_date < until_date
