-- Measures of the stock of dwellings on 31 December (C10, C11), by its own attributes and by need horizon (C22).
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
)

select {{ measure("disposed_dwellings", "disposed") }}
from stock
{%- for breakdown, column in [
    ("tenure_form", "tenure_form"), ("tenure_kind", "tenure_kind"), ("dwelling_category", "category"), ("need_horizon", "need_horizon")
] %}
union all
select {{ measure("disposed_dwellings", "count(*)", breakdown=breakdown, code=column) }}
from dwelling
group by municipality_code, year, {{ column }}
{%- endfor %}
union all
select {{ measure("owned_dwellings", "owned") }}
from stock
union all
select {{ measure("accessible_dwellings", "accessible") }}
from stock
union all
select {{ measure("let_dwellings", "let") }}
from stock
union all
select {{ measure("vacant_dwellings", "vacant") }}
from stock
