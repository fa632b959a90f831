-- Two roads to the same stock: dwellings disposed of and let on 31 December by the indicators and by fct_dwelling_month.
with

december as (
    select
        municipality_code,
        year,
        count(*) filter (where is_disposed) as disposed,
        count(*) filter (where is_let) as let
    from {{ ref("fct_dwelling_month") }}
    where month = 12 and state_date = {{ last_of_year("year") }}
    group by municipality_code, year
),

figure as (
    select
        area_code as municipality_code,
        year,
        max(numerator) filter (where indicator_id = 'disposed_dwellings') as disposed,
        max(numerator) filter (where indicator_id = 'let_dwellings') as let
    from {{ ref("fct_indicator") }}
    where area_level = 'municipality' and breakdown = 'none' and vintage = 'own_register'
    group by area_code, year
)

select
    'stock as in fct_dwelling_month' as rule,
    count(*) as failing_rows
from figure
left join december
    on figure.municipality_code = december.municipality_code and figure.year = december.year
where
    figure.disposed <> coalesce(december.disposed, 0)
    or figure.let <> coalesce(december.let, 0)
having count(*) > 0
