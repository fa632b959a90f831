-- Dwellings in stock on 31 December of each delivered year (C10, C14), let or vacant (C11), with their need horizon that day (C22, C33),
-- what they are used for, rooms, area, rent and grant (C110, C111).
with

stock as (
    select
        covered.municipality_code,
        covered.year,
        covered.reference_date,
        version.dwelling_key,
        version.tenure_form,
        version.tenure_kind,
        version.category,
        version.is_wheelchair_accessible,
        version.room_count,
        version.area_m2,
        version.monthly_rent_nok,
        version.grant_binding_until
    from {{ ref("int_deliveries__covered_year") }} as covered
    inner join {{ ref("int_dwellings__version") }} as version
        on
            covered.municipality_code = version.municipality_code
            and {{ on_day("covered.reference_date", "version.valid_from", "version.valid_to") }}
    where version.is_in_stock
),

let_dwelling as (
    select
        dwelling_key,
        reference_date,
        need_horizon
    from {{ ref("int_households__stock") }}
    where is_covered_year
),

vacant_horizon as (
    select
        dwelling_category,
        need_horizon
    from {{ ref("need_horizon") }}
    where form_2009_code = 'vacant' and contract_kind = '*'
)

select
    stock.municipality_code,
    stock.year,
    stock.dwelling_key,
    stock.tenure_form,
    stock.tenure_kind,
    stock.category,
    stock.is_wheelchair_accessible,
    stock.category <> 'ordinary' as is_care_dwelling,
    stock.category in ('staffed_day', 'staffed_round_clock') as is_staffed,
    {{ room_class("stock.room_count") }} as room_class,
    case
        when stock.area_m2 is null then 'not_told'
        when stock.area_m2 < 50 then '0-49'
        when stock.area_m2 < 100 then '50-99'
        else '100+'
    end as area_class,
    stock.area_m2,
    stock.monthly_rent_nok,
    stock.grant_binding_until > stock.reference_date as is_grant_bound,
    let_dwelling.dwelling_key is not null as is_let,
    coalesce(let_dwelling.need_horizon, vacant_horizon.need_horizon) as need_horizon
from stock
left join let_dwelling
    on stock.dwelling_key = let_dwelling.dwelling_key and stock.reference_date = let_dwelling.reference_date
left join vacant_horizon on stock.category = vacant_horizon.dwelling_category
