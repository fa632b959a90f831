-- Events that were not used and why (T011, T012, T013), tenancies that run while their dwelling is taken out (T014), and dwellings with an
-- id like that of a further place in a shared flat (T026).
with

events as (
    select *
    from {{ ref('int_dwellings__event_told') }}
    where treatment_rule_id in ('T011', 'T012', 'T013')
),

tenancies as (
    select
        *,
        {{ open_end('end_date') }} as end_or_open
    from {{ ref('int_tenancies__counted') }}
    where is_counted
),

out_of_stock as (
    select
        dwelling_key,
        valid_from,
        {{ open_end('valid_to') }} as valid_to
    from {{ ref('int_dwellings__version') }}
    where not is_in_stock and place_number = 1
),

in_dwellings_taken_out as (
    select tenancies.*
    from tenancies
    semi join out_of_stock
        on
            tenancies.dwelling_key = out_of_stock.dwelling_key
            and tenancies.start_date < out_of_stock.valid_to
            and tenancies.end_or_open > out_of_stock.valid_from
),

lives as (
    select
        *,
        {{ before_place_number('dwelling_id') }} as flat_id
    from {{ ref('int_dwellings__life') }}
),

named_as_places as (
    select lives.*
    from lives
    inner join lives as flats on lives.municipality_code = flats.municipality_code and lives.flat_id = flats.dwelling_id
    where flats.is_shared
)

select
    treatment_rule_id as rule_id,
    municipality_code,
    event_id as local_id,
    'municipal' as source,
    'dwelling_event' as entity,
    delivery_id,
    line_number
from events

union all

select
    'T014' as rule_id,
    municipality_code,
    tenancy_id as local_id,
    'municipal' as source,
    'tenancy' as entity,
    delivery_id,
    line_number
from in_dwellings_taken_out

union all

select
    'T026' as rule_id,
    municipality_code,
    dwelling_id as local_id,
    'municipal' as source,
    'dwelling' as entity,
    delivery_id,
    line_number
from named_as_places
