-- C11 by period: the days in stock of each counted dwelling, cut into tenancies and the vacant periods between them. Days that are not
-- described yet are left out at the end; days before the first delivery are not known to be vacant (C18).
with

known_days as (
    select * from {{ ref('int_dwellings__known_days') }}
),

stock as (
    select
        periods.dwelling_key,
        periods.municipality_code,
        periods.from_date as stock_from,
        least({{ open_end('periods.to_date') }}, known_days.described_to) as stock_to
    from {{ ref('int_dwellings__stock_period') }} as periods
    inner join known_days on periods.municipality_code = known_days.municipality_code
    where periods.from_date < known_days.described_to
),

tenancies as (
    select
        dwelling_key,
        tenancy_key,
        valid_from,
        {{ open_end('valid_to') }} as valid_to
    from {{ ref('int_tenancies__dwelling_period') }}
),

-- A tenancy counts only for the days that its dwelling is in stock.
let_periods as (
    select
        stock.dwelling_key,
        stock.municipality_code,
        stock.stock_from,
        stock.stock_to,
        tenancies.tenancy_key,
        greatest(tenancies.valid_from, stock.stock_from) as from_date,
        least(tenancies.valid_to, stock.stock_to) as to_date
    from tenancies
    inner join stock
        on
            tenancies.dwelling_key = stock.dwelling_key
            and tenancies.valid_from < stock.stock_to
            and tenancies.valid_to > stock.stock_from
),

-- The first day of each period in stock stands before its first tenancy, so that the vacant days before that one are a gap like the others.
let_from_the_start as (
    select
        dwelling_key,
        municipality_code,
        stock_from,
        stock_to,
        stock_from as from_date,
        stock_from as to_date
    from stock

    union all

    select
        dwelling_key,
        municipality_code,
        stock_from,
        stock_to,
        from_date,
        to_date
    from let_periods
),

gaps as (
    select
        dwelling_key,
        municipality_code,
        stock_from,
        stock_to,
        to_date as gap_from,
        lead(from_date, 1, stock_to) over (partition by dwelling_key, stock_from order by from_date, to_date) as gap_to
    from let_from_the_start
),

periods as (
    select
        dwelling_key,
        municipality_code,
        from_date,
        to_date,
        stock_from,
        stock_to,
        true as is_let,
        tenancy_key
    from let_periods

    union all

    select
        dwelling_key,
        municipality_code,
        gap_from as from_date,
        gap_to as to_date,
        stock_from,
        stock_to,
        false as is_let,
        cast(null as {{ key_type() }}) as tenancy_key
    from gaps
    where gap_from < gap_to
)

-- The known days stand in every row, so that no model has to compare them with each version of each dwelling.
select
    periods.*,
    known_days.described_from,
    known_days.told_from,
    known_days.told_to
from periods
inner join known_days on periods.municipality_code = known_days.municipality_code
