-- C94: vacant dwellings by category: how many, why, for how long, and whether anybody on the list fits them.
with stock_years as (
    select * from {{ ref('fct_stock_year') }}
    where occupancy <> 'not_told'
),

vacant as (
    select * from {{ ref('fct_vacant_fit') }}
    where is_covered_year
),

spells as (
    select * from {{ ref('fct_vacancy_spell') }}
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

stock as (
    select
        municipality_code,
        year,
        reference_date,
        category,
        any_value(category_label_nb) as category_label_nb,
        sum(dwelling_count) as dwelling_count,
        sum(vacant_count) as vacant_count
    from stock_years
    group by municipality_code, year, reference_date, category
),

reasons as (
    select
        municipality_code,
        year,
        category,
        count(*) filter (where vacancy_reason = 'between_tenants') as between_tenants_count,
        count(*) filter (where vacancy_reason = 'reserved') as reserved_count,
        count(*) filter (where vacancy_reason = 'unsuited') as unsuited_count,
        count(*) filter (where vacancy_reason = 'renovation') as renovation_count,
        count(*) filter (where vacancy_reason = 'for_sale') as for_sale_count,
        count(*) filter (where vacancy_reason is null) as reason_not_told_count,
        count(*) filter (where is_available) as available_count,
        count(*) filter (where is_available and fitting_waiting_count = 0) as fits_nobody_count
    from vacant
    group by municipality_code, year, category
),

-- Vacant days of each year; a spell that runs over new year has days in both.
spell_years as (
    select
        spells.municipality_code,
        spells.category_at_start as category,
        series_year.year,
        {{ days_between(
            'greatest(spells.from_date, make_date(series_year.year, 1, 1))',
            'least(' ~ add_days('spells.from_date', 'spells.vacant_days') ~ ', make_date(series_year.year + 1, 1, 1))'
        ) }} as days,
        case when spells.ended_by = 'let' and {{ year_of('spells.to_date') }} = series_year.year then spells.vacant_days end
            as days_until_let,
        case when {{ year_of('spells.to_date') }} = series_year.year then spells.rent_lost_nok end as rent_lost_nok
    from spells
    cross join {{ int_series(
        year_of('spells.from_date'), year_of(add_days('spells.from_date', 'spells.vacant_days')), 'year'
    ) }}
),

lasted as (
    select
        municipality_code,
        category,
        year,
        sum(days) as vacant_days,
        count(days_until_let) as let_again_count,
        cast(median(days_until_let) as integer) as median_days_until_let,
        sum(rent_lost_nok) as rent_lost_of_ended_nok
    from spell_years
    group by municipality_code, category, year
)

select
    stock.municipality_code,
    municipalities.municipality_name,
    municipalities.county_code,
    municipalities.county_name,
    stock.year,
    stock.reference_date,
    stock.category,
    stock.category_label_nb,
    cast(stock.dwelling_count as integer) as dwelling_count,
    cast(stock.vacant_count as integer) as vacant_count,
    cast(stock.vacant_count / nullif(stock.dwelling_count, 0) as decimal(9, 4)) as vacancy_rate,
    {%- for column in [
        "between_tenants_count", "reserved_count", "unsuited_count", "renovation_count", "for_sale_count", "reason_not_told_count",
        "available_count", "fits_nobody_count",
    ] %}
    cast(coalesce(reasons.{{ column }}, 0) as integer) as {{ column }},
    {%- endfor %}
    cast(coalesce(lasted.vacant_days, 0) as integer) as vacant_days,
    cast(coalesce(lasted.let_again_count, 0) as integer) as let_again_count,
    lasted.median_days_until_let,
    cast(lasted.rent_lost_of_ended_nok as decimal(14, 2)) as rent_lost_of_ended_nok
from stock
left join municipalities
    on
        stock.municipality_code = municipalities.municipality_code
        and {{ on_day('stock.reference_date', 'municipalities.valid_from', 'municipalities.valid_to') }}
left join reasons
    on stock.municipality_code = reasons.municipality_code and stock.year = reasons.year and stock.category = reasons.category
left join lasted
    on stock.municipality_code = lasted.municipality_code and stock.year = lasted.year and stock.category = lasted.category
