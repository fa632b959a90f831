-- C126: measures of the municipality's accounts (KOSTRA, amounts in 1 000 kr) on housing: functions 265 (dwellings), 283 (help to get and
-- keep a dwelling) and 315 (housing policy). Lines of the districts of Oslo are parts of the city's and are left out.
with

covered_years as (
    select * from {{ ref("int_deliveries__covered_entity") }}
    where source = 'kostra_accounts' and entity = 'account_line'
),

lines as (
    select * from {{ ref("stg_kostra_accounts__account_line") }}
),

line as (
    select
        covered_years.municipality_code,
        covered_years.year,
        lines.funksjon_kapittel as account_function,
        lines.art_sektor as kind,
        lines.kontoklasse in ('1', '3') as is_operating,
        lines.kontoklasse in ('0', '4') as is_investment,
        1000 * lines.belop as nok
    from covered_years
    inner join lines on covered_years.delivery_id = lines.delivery_id
    where
        lines.region = covered_years.municipality_code || '00'
        and coalesce(trim(lines.kvartal), '') in ('', '0')
        and lines.funksjon_kapittel in ('265', '283', '315')
),

-- Income stands with a minus. Compensation for value added tax on investments (728) is not income of the operation.
net_operating as (
    select *
    from line
    where
        is_operating
        and (kind between '010' and '480' or kind = '590' or kind between '600' and '895')
        and kind <> '728'
),

gross_investment as (
    select *
    from line
    where is_investment and kind between '010' and '480'
)

select {{ measure("net_operating_cost_nok", "sum(nok)") }}
from net_operating
group by municipality_code, year
union all
select {{ measure("net_operating_cost_nok", "sum(nok)", breakdown="account_function", code="account_function") }}
from net_operating
group by municipality_code, year, account_function
union all
select {{ measure("gross_housing_investment_nok", "sum(nok)") }}
from gross_investment
group by municipality_code, year
union all
select {{ measure("gross_housing_investment_nok", "sum(nok)", breakdown="account_function", code="account_function") }}
from gross_investment
group by municipality_code, year, account_function
