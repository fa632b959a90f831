-- C10, C14, C15: versions of each counted dwelling. Those of the register are cut where the dwelling goes out of stock and comes back; a
-- further dwelling of a shared flat has the versions of the flat from its first day to its last, in stock or not.
with

registered as (
    select
        * exclude (dwelling_key, dwelling_id, valid_from, valid_to),
        dwelling_key as version_of,
        valid_from as registered_from,
        {{ open_end('valid_to') }} as registered_to
    from {{ ref('int_dwellings__registered') }}
),

lives as (
    select * from {{ ref('int_dwellings__life') }}
),

stock_periods as (
    select
        *,
        {{ open_end('to_date') }} as stock_to
    from {{ ref('int_dwellings__stock_period') }}
),

windows as (
    select
        dwelling_key,
        dwelling_key as registered_dwelling_key,
        dwelling_id,
        1 as place_number,
        acquired_date as window_from,
        {{ open_end('disposed_date') }} as window_to,
        is_closed_by_rule,
        is_shared
    from lives

    union all

    select
        stock_periods.dwelling_key,
        stock_periods.registered_dwelling_key,
        stock_periods.dwelling_id,
        stock_periods.place_number,
        min(stock_periods.from_date) as window_from,
        max(stock_periods.stock_to) as window_to,
        false as is_closed_by_rule,
        lives.is_shared
    from stock_periods
    inner join lives on stock_periods.registered_dwelling_key = lives.dwelling_key
    where stock_periods.place_number > 1
    group by
        stock_periods.dwelling_key,
        stock_periods.registered_dwelling_key,
        stock_periods.dwelling_id,
        stock_periods.place_number,
        lives.is_shared
),

pieces as (
    select
        registered.*,
        windows.*,
        greatest(registered.registered_from, windows.window_from) as piece_from,
        least(registered.registered_to, windows.window_to) as piece_to
    from registered
    inner join windows
        on
            registered.version_of = windows.registered_dwelling_key
            and registered.registered_from < windows.window_to
            and registered.registered_to > windows.window_from
),

turning_days as (
    select
        dwelling_key,
        from_date as turning_date
    from stock_periods

    union all

    select
        dwelling_key,
        to_date as turning_date
    from stock_periods
    where to_date is not null
),

first_days as (
    select
        dwelling_key,
        piece_from,
        piece_from as valid_from
    from pieces

    union all

    select
        pieces.dwelling_key,
        pieces.piece_from,
        turning_days.turning_date as valid_from
    from pieces
    inner join turning_days
        on
            pieces.dwelling_key = turning_days.dwelling_key
            and pieces.piece_from < turning_days.turning_date
            and pieces.piece_to > turning_days.turning_date
),

versions as (
    select
        pieces.*,
        first_days.valid_from,
        coalesce(
            lead(first_days.valid_from) over (partition by first_days.dwelling_key, first_days.piece_from order by first_days.valid_from),
            pieces.piece_to
        ) as version_to
    from first_days
    inner join pieces on first_days.dwelling_key = pieces.dwelling_key and first_days.piece_from = pieces.piece_from
)

select
    {{ surrogate_key(['versions.municipality_code', 'versions.dwelling_id', 'versions.valid_from']) }} as dwelling_version_key,
    versions.dwelling_key,
    versions.registered_dwelling_key,
    versions.unit_key,
    versions.municipality_code,
    versions.dwelling_id,
    versions.unit_id,
    cast(versions.place_number as integer) as place_number,
    stock_periods.dwelling_key is not null as is_in_stock,
    versions.tenure_form,
    versions.tenure_kind,
    versions.category,
    versions.room_count,
    versions.area_m2,
    versions.is_wheelchair_accessible,
    versions.is_shared,
    versions.responsible_unit,
    versions.allocating_unit,
    versions.reserved_for,
    versions.monthly_rent_nok,
    -- the grant was given once, for the flat
    case when versions.place_number = 1 then versions.grant_nok end as grant_nok,
    versions.grant_binding_until,
    versions.valid_from,
    nullif(versions.version_to, {{ end_of_time() }}) as valid_to,
    versions.window_from as acquired_date,
    nullif(versions.window_to, {{ end_of_time() }}) as disposed_date,
    versions.is_closed_by_rule,
    versions.delivery_id,
    versions.line_number
from versions
left join stock_periods
    on
        versions.dwelling_key = stock_periods.dwelling_key
        and versions.valid_from >= stock_periods.from_date
        and versions.valid_from < stock_periods.stock_to
