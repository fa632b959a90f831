-- C93: the cubes of stock count what the facts of one household, one dwelling or one month count, and the months of December what the
-- years do.
{% set counts = ["dwelling_count", "let_count", "vacant_count", "household_count", "person_count", "children_count"] %}
with stock_years as (
    select
        municipality_code,
        reference_date,
        {%- for count in counts %}
        sum({{ count }}) as {{ count }},
        {%- endfor %}
        bool_and(occupancy = 'not_told') as is_not_told
    from {{ ref('fct_stock_year') }}
    group by municipality_code, reference_date
),

stock_months as (
    select
        municipality_code,
        month_start_date,
        {%- for count in counts %}
        sum({{ count }}) as {{ count }},
        {%- endfor %}
        any_value(state_date) as state_date
    from {{ ref('fct_stock_month') }}
    group by municipality_code, month_start_date
),

household_years as (
    select
        municipality_code,
        reference_date,
        count(*) as household_count,
        sum(household_size) as person_count,
        sum(children_count) as children_count
    from {{ ref('fct_household_year') }}
    group by municipality_code, reference_date
),

dwelling_months as (
    select
        municipality_code,
        month_start_date,
        any_value(state_date) as state_date,
        count(*) filter (where is_disposed) as dwelling_count,
        count(*) filter (where is_let) as let_count,
        count(*) filter (where is_vacant) as vacant_count,
        bool_or(is_let is null) as is_not_told
    from {{ ref('fct_dwelling_month') }}
    group by municipality_code, month_start_date
),

broken as (
    select 'households of fct_stock_year and fct_household_year' as rule
    from stock_years
    full join household_years
        on
            stock_years.municipality_code = household_years.municipality_code
            and stock_years.reference_date = household_years.reference_date
    where
        coalesce(stock_years.household_count, 0) <> coalesce(household_years.household_count, 0)
        or (
            household_years.household_count > 0
            and (stock_years.person_count, stock_years.children_count)
            is distinct from (household_years.person_count, household_years.children_count)
        )

    union all

    select 'dwellings of fct_stock_year and fct_dwelling_month' as rule
    from stock_years
    inner join dwelling_months
        on stock_years.municipality_code = dwelling_months.municipality_code and stock_years.reference_date = dwelling_months.state_date
    where
        stock_years.dwelling_count <> dwelling_months.dwelling_count
        or (
            not dwelling_months.is_not_told and not stock_years.is_not_told
            and (stock_years.let_count, stock_years.vacant_count)
            is distinct from (dwelling_months.let_count, dwelling_months.vacant_count)
        )

    union all

    select 'dwellings of fct_stock_month and fct_dwelling_month' as rule
    from stock_months
    full join dwelling_months
        on
            stock_months.municipality_code = dwelling_months.municipality_code
            and stock_months.month_start_date = dwelling_months.month_start_date
    where
        not coalesce(dwelling_months.is_not_told, false)
        and (coalesce(stock_months.dwelling_count, 0), coalesce(stock_months.let_count, 0), coalesce(stock_months.vacant_count, 0))
        is distinct from
        (coalesce(dwelling_months.dwelling_count, 0), coalesce(dwelling_months.let_count, 0), coalesce(dwelling_months.vacant_count, 0))

    union all

    select 'December of fct_stock_month and fct_stock_year' as rule
    from stock_months
    inner join stock_years
        on stock_months.municipality_code = stock_years.municipality_code and stock_months.state_date = stock_years.reference_date
    where
        not stock_years.is_not_told
        and (stock_months.dwelling_count, stock_months.let_count, stock_months.household_count)
        is distinct from (stock_years.dwelling_count, stock_years.let_count, stock_years.household_count)
)

select
    rule,
    count(*) as failing_rows
from broken
group by rule
