-- Parts of the indicators on the stock of dwellings.
with

dwelling as (
    select * from {{ ref("int_indicators__dwelling_year") }}
),

-- From the years that were delivered, so that a municipality without dwellings reports zero.
stock as (
    select
        covered.municipality_code,
        covered.year,
        count(dwelling.dwelling_key) as disposed,
        count(dwelling.dwelling_key) filter (where dwelling.tenure_form = 'owned') as owned,
        count(dwelling.dwelling_key) filter (where dwelling.is_wheelchair_accessible) as accessible,
        count(dwelling.dwelling_key) filter (where dwelling.is_let) as let,
        count(dwelling.dwelling_key) filter (where not dwelling.is_let) as vacant
    from {{ ref("int_deliveries__covered_year") }} as covered
    left join dwelling
        on covered.municipality_code = dwelling.municipality_code and covered.year = dwelling.year
    group by covered.municipality_code, covered.year
),

-- Inhabitants at 31 December are those at 1 January of the year after (C12).
stock_with_inhabitants as (
    select
        stock.municipality_code,
        stock.year,
        stock.disposed,
        population.persons,
        coalesce(population.status, 'observed') as population_status,
        population.method as population_method
    from stock
    left join {{ ref("fct_population") }} as population
        on
            stock.municipality_code = population.municipality_code
            and population.year = stock.year + 1
            and population.age_group = 'all'
)

select {{ indicator_part("disposed_dwellings", "disposed") }}
from stock
{%- for breakdown, column in [("tenure_form", "tenure_form"), ("tenure_kind", "tenure_kind"), ("dwelling_category", "category")] %}
union all
select {{ indicator_part("disposed_dwellings", "count(*)", breakdown=breakdown, code=column) }}
from dwelling
group by municipality_code, year, {{ column }}
{%- endfor %}
union all
select
    {{ indicator_part(
        "disposed_dwellings_per_1000", "disposed", "persons",
        status="case when population_status = 'estimated' then 'estimated' else 'observed' end",
        method="case when population_status = 'estimated' then population_method else 'counted' end",
    ) }}
from stock_with_inhabitants
union all
select {{ indicator_part("share_owned", "owned", "disposed") }}
from stock
union all
select {{ indicator_part("accessible_dwellings", "accessible") }}
from stock
union all
select {{ indicator_part("share_accessible", "accessible", "disposed") }}
from stock
union all
select {{ indicator_part("let_dwellings", "let") }}
from stock
union all
select {{ indicator_part("vacant_dwellings", "vacant") }}
from stock
union all
select {{ indicator_part("vacancy_rate", "vacant", "disposed") }}
from stock
