-- C46: units in which two or more households live on the same days, one row for each let dwelling of the unit; cut on every day that a
-- household moves in or out of the unit. The households stay what they are: nothing is merged.
with periods as (
    select * from {{ ref('int_tenancies__dwelling_period') }}
),

dwellings as (
    select * from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

version_stay as (
    select
        dwellings.unit_key,
        dwellings.municipality_code,
        periods.dwelling_key,
        periods.household_key,
        greatest(periods.valid_from, dwellings.valid_from) as from_date,
        least({{ open_end('periods.valid_to') }}, {{ open_end('dwellings.valid_to') }}) as to_date
    from periods
    inner join dwellings
        on
            periods.dwelling_key = dwellings.dwelling_key
            and periods.valid_from < {{ open_end('dwellings.valid_to') }}
            and dwellings.valid_from < {{ open_end('periods.valid_to') }}
),

-- Versions of the dwelling do not cut a stay.
marked as (
    select
        *,
        coalesce(
            from_date <> lag(to_date) over (partition by unit_key, dwelling_key, household_key order by from_date), true
        ) as is_first
    from version_stay
),

numbered as (
    select
        *,
        count(*) filter (where is_first) over (
            partition by unit_key, dwelling_key, household_key order by from_date
        ) as stay_number
    from marked
),

stay as (
    select
        unit_key,
        municipality_code,
        dwelling_key,
        household_key,
        min(from_date) as from_date,
        max(to_date) as to_date
    from numbered
    group by unit_key, municipality_code, dwelling_key, household_key, stay_number
),

-- Most units never have a day with two households.
shared_unit as (
    select distinct one.unit_key
    from stay as one
    inner join stay as other
        on
            one.unit_key = other.unit_key
            and one.household_key < other.household_key
            and one.from_date < other.to_date
            and one.to_date > other.from_date
),

shared_stay as (
    select stay.* from stay
    semi join shared_unit on stay.unit_key = shared_unit.unit_key
),

change as (
    select
        unit_key,
        from_date as day
    from shared_stay
    union
    select
        unit_key,
        to_date as day
    from shared_stay
),

stretch as (
    select
        unit_key,
        day as from_date,
        lead(day) over (partition by unit_key order by day) as to_date
    from change
    -- nothing is said about days after the as-of date
    where day <= {{ as_of_date() }} or day = {{ end_of_time() }}
),

counted as (
    select
        shared_stay.dwelling_key,
        stretch.from_date as valid_from,
        nullif(coalesce(stretch.to_date, {{ end_of_time() }}), {{ end_of_time() }}) as valid_to,
        shared_stay.unit_key,
        shared_stay.municipality_code,
        shared_stay.household_key,
        count(distinct shared_stay.household_key) over (partition by stretch.unit_key, stretch.from_date) as household_count
    from stretch
    inner join shared_stay
        on
            stretch.unit_key = shared_stay.unit_key
            and stretch.from_date >= shared_stay.from_date
            and stretch.from_date < shared_stay.to_date
)

select
    dwelling_key,
    valid_from,
    valid_to,
    unit_key,
    municipality_code,
    household_key,
    cast(household_count as integer) as household_count
from counted
where household_count > 1
