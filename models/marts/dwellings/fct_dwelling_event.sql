-- C16: what happened to the stock of dwellings, to the last day described.
with

events as (
    select * from {{ ref('int_dwellings__event') }}
),

lives as (
    select *
    from {{ ref('int_dwellings__life') }}
    where has_days
),

described as (
    select * from {{ ref('int_geography__described') }}
)

select
    {{ surrogate_key(['events.dwelling_key', 'events.event_kind', 'events.event_date', 'events.event_id']) }} as dwelling_event_key,
    events.dwelling_key,
    events.municipality_code,
    events.event_kind,
    {{ label_nb('event_kind', 'events.event_kind') }} as event_kind_label_nb,
    events.event_date,
    {{ first_of_month('events.event_date') }} as month_start_date,
    {{ year_of('events.event_date') }} as year,
    events.stock_change,
    events.reason,
    {{ label_nb('event_reason', 'events.reason') }} as reason_label_nb,
    other_lives.dwelling_key as other_dwelling_key,
    events.basis <> 'event' as is_inferred,
    events.basis,
    {{ label_nb('event_basis', 'events.basis') }} as basis_label_nb,
    events.delivery_id
from events
inner join described on events.municipality_code = described.municipality_code
left join lives as other_lives
    on events.municipality_code = other_lives.municipality_code and events.other_dwelling_id = other_lives.dwelling_id
where events.event_date <= described.last_date
