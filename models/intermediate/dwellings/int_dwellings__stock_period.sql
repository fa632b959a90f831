-- C14, C15: the days on which each counted dwelling is in stock, in periods as long as they can be. A dwelling is in stock from acquired to
-- disposed of, but not from taken out to returned; the further dwellings of a shared flat while that many contracts run in it.
with

lives as (
    select * from {{ ref('int_dwellings__life') }}
),

turns as (
    select
        dwelling_key,
        event_kind,
        event_date as from_date,
        lead(event_date) over (partition by dwelling_key order by event_date, event_kind = 'returned') as to_date
    from {{ ref('int_dwellings__event_told') }}
    where treatment_rule_id is null and event_kind in ('taken_out', 'returned')
),

out_of_stock as (
    select
        dwelling_key,
        from_date,
        to_date
    from turns
    where event_kind = 'taken_out' and from_date < {{ open_end('to_date') }}
),

turning_days as (
    select
        dwelling_key,
        acquired_date as from_date,
        true as is_in_stock
    from lives

    union all

    select
        dwelling_key,
        from_date,
        false as is_in_stock
    from out_of_stock

    union all

    select
        dwelling_key,
        to_date as from_date,
        true as is_in_stock
    from out_of_stock
    where to_date is not null
),

-- acquired and taken out on the same day: taken out
stretches as (
    select
        *,
        lead(from_date) over (partition by dwelling_key order by from_date, is_in_stock desc) as next_date
    from turning_days
),

registered_stock as (
    select
        stretches.dwelling_key,
        lives.municipality_code,
        lives.dwelling_id,
        lives.last_taken_number,
        stretches.from_date,
        coalesce(stretches.next_date, {{ open_end('lives.disposed_date') }}) as to_date
    from stretches
    inner join lives on stretches.dwelling_key = lives.dwelling_key
    where stretches.is_in_stock and stretches.from_date < coalesce(stretches.next_date, {{ open_end('lives.disposed_date') }})
),

further_contracts as (
    select
        registered_dwelling_key,
        dwelling_key,
        place_number,
        valid_from as from_date,
        {{ open_end('valid_to') }} as to_date
    from {{ ref('int_tenancies__dwelling_period') }}
    where place_number > 1
),

-- one contract takes over the place of another without a day between: the dwelling is there all the time
place_openings as (
    select
        *,
        from_date > lag(to_date, 1, from_date) over (partition by dwelling_key order by from_date) as opens_place
    from further_contracts
),

place_numbered as (
    select
        *,
        count(*) filter (where opens_place) over (
            partition by dwelling_key order by from_date rows between unbounded preceding and current row
        ) as opening_number
    from place_openings
),

places as (
    select
        registered_dwelling_key,
        dwelling_key,
        place_number,
        min(from_date) as from_date,
        max(to_date) as to_date
    from place_numbered
    group by registered_dwelling_key, dwelling_key, place_number, opening_number
),

counted as (
    select
        dwelling_key,
        dwelling_key as registered_dwelling_key,
        municipality_code,
        dwelling_id,
        1 as place_number,
        from_date,
        to_date
    from registered_stock

    union all

    select
        places.dwelling_key,
        places.registered_dwelling_key,
        registered_stock.municipality_code,
        {{ place_id('registered_stock.dwelling_id', 'places.place_number', 'registered_stock.last_taken_number') }} as dwelling_id,
        places.place_number,
        greatest(places.from_date, registered_stock.from_date) as from_date,
        least(places.to_date, registered_stock.to_date) as to_date
    from places
    inner join registered_stock
        on
            places.registered_dwelling_key = registered_stock.dwelling_key
            and places.from_date < registered_stock.to_date
            and places.to_date > registered_stock.from_date
)

select
    dwelling_key,
    registered_dwelling_key,
    municipality_code,
    dwelling_id,
    cast(place_number as integer) as place_number,
    from_date,
    nullif(to_date, {{ end_of_time() }}) as to_date
from counted
