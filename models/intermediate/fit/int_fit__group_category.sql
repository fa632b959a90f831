-- C87: how each dwelling category serves each group in every municipality, its own rows before those for all.
with fits as (
    select * from {{ ref('group_category_fit') }}
),

municipalities as (
    select municipality_code from {{ ref('int_geography__described') }}
)

select
    municipalities.municipality_code,
    fits.group_code,
    fits.dwelling_category,
    arg_max(fits.category_fit, fits.municipality_code <> '*') as category_fit
from municipalities
inner join fits on fits.municipality_code in ('*', municipalities.municipality_code)
group by municipalities.municipality_code, fits.group_code, fits.dwelling_category
