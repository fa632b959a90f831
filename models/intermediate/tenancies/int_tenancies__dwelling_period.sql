-- C15: which counted dwelling a counted tenancy occupies on which days. In a shared flat the contracts that run on a day are numbered by
-- their start (ties: tenancy id): the first has the dwelling as it is registered, the others one each; when one leaves, those behind it
-- move up.
with

tenancies as (
    select
        tenancy_key,
        household_key,
        municipality_code,
        dwelling_key,
        dwelling_id,
        tenancy_id,
        start_date,
        {{ open_end('end_date') }} as end_date
    from {{ ref('int_tenancies__counted') }}
    where is_counted
),

shared_dwellings as (
    select
        dwelling_key,
        last_taken_number
    from {{ ref('int_dwellings__life') }}
    where is_shared
),

in_shared as (
    select
        tenancies.*,
        shared_dwellings.last_taken_number
    from tenancies
    inner join shared_dwellings on tenancies.dwelling_key = shared_dwellings.dwelling_key
),

days_of_change as (
    select
        dwelling_key,
        start_date as from_date
    from in_shared

    union

    select
        dwelling_key,
        end_date as from_date
    from in_shared
),

-- From one day of change to the next the same contracts run.
stretches as (
    select
        dwelling_key,
        from_date,
        lead(from_date) over (partition by dwelling_key order by from_date) as to_date
    from days_of_change
),

placed as (
    select
        in_shared.*,
        stretches.from_date,
        stretches.to_date,
        row_number() over (
            partition by stretches.dwelling_key, stretches.from_date order by in_shared.start_date, in_shared.tenancy_id
        ) as place_number
    from stretches
    inner join in_shared
        on
            stretches.dwelling_key = in_shared.dwelling_key
            and stretches.from_date >= in_shared.start_date
            and stretches.from_date < in_shared.end_date
),

-- A tenancy only ever moves up, so that its days in one place follow each other.
places as (
    select
        tenancy_key,
        household_key,
        municipality_code,
        dwelling_key,
        dwelling_id,
        last_taken_number,
        place_number,
        min(from_date) as valid_from,
        max(to_date) as valid_to
    from placed
    group by tenancy_key, household_key, municipality_code, dwelling_key, dwelling_id, last_taken_number, place_number
),

periods as (
    select
        tenancies.tenancy_key,
        tenancies.household_key,
        tenancies.municipality_code,
        tenancies.dwelling_key as registered_dwelling_key,
        tenancies.dwelling_key,
        1 as place_number,
        tenancies.start_date as valid_from,
        tenancies.end_date as valid_to
    from tenancies
    anti join shared_dwellings on tenancies.dwelling_key = shared_dwellings.dwelling_key

    union all

    select
        tenancy_key,
        household_key,
        municipality_code,
        dwelling_key as registered_dwelling_key,
        case
            when place_number = 1 then dwelling_key
            else {{ surrogate_key(['municipality_code', place_id('dwelling_id', 'place_number', 'last_taken_number')]) }}
        end as dwelling_key,
        place_number,
        valid_from,
        valid_to
    from places
)

select
    tenancy_key,
    household_key,
    municipality_code,
    registered_dwelling_key,
    dwelling_key,
    cast(place_number as integer) as place_number,
    valid_from,
    nullif(valid_to, {{ end_of_time() }}) as valid_to
from periods
