-- C169: both sides of each pair of numbers from a municipality's own registers, as they stand among the measures, or why one of them is not
-- told. What lies between them stands row by row in int_indicators__reconciled_household and int_indicators__reconciled_care.
with

pairs as (
    select * from {{ ref("reconciliation_pair") }}
),

measures as (
    select
        municipality_code,
        year,
        measure_id,
        amount
    from {{ ref("int_indicators__measure") }}
    where vintage = 'own_register' and breakdown = 'none'
),

covered_years as (
    select * from {{ ref("int_deliveries__covered_year") }}
),

stock as (
    select * from {{ ref("int_households__stock") }}
    where is_covered_year
),

tenancies as (
    select * from {{ ref("fct_tenancy") }}
),

-- A pair is asked for where the municipality has told anything of the year that either side is made of.
municipality_year as (
    select distinct
        municipality_code,
        year
    from {{ ref("int_deliveries__covered_entity") }}
    where source in ('municipal', 'iplos')
),

-- C172: where no let dwelling tells how it was allotted, how many are allotted so is not known.
allotted as (
    select
        stock.municipality_code,
        {{ year_of("stock.reference_date") }} as year,
        count(*) filter (where {{ is_allotted_for_care("tenancies") }}) as dwelling_count,
        count({{ is_allotted_for_care("tenancies") }}) as told_count
    from stock
    inner join tenancies on stock.tenancy_key = tenancies.tenancy_key
    group by stock.municipality_code, stock.reference_date
),

allotted_dwellings as (
    select
        covered_years.municipality_code,
        covered_years.year,
        case
            when allotted.told_count is null then 0
            when allotted.told_count > 0 then allotted.dwelling_count
        end as dwelling_count
    from covered_years
    left join allotted on covered_years.municipality_code = allotted.municipality_code and covered_years.year = allotted.year
    where covered_years.is_letting_covered
),

sides as (
    select
        municipality_year.municipality_code,
        municipality_year.year,
        pairs.pair_id,
        case
            when pairs.left_measure_id is null then allotted_dwellings.dwelling_count
            else left_measure.amount
        end as left_count,
        right_measure.amount as right_count,
        pairs.left_measure_id is null
        and allotted_dwellings.municipality_code is not null
        and allotted_dwellings.dwelling_count is null as is_allotment_missing
    from municipality_year
    cross join pairs
    left join measures as left_measure
        on
            municipality_year.municipality_code = left_measure.municipality_code
            and municipality_year.year = left_measure.year
            and pairs.left_measure_id = left_measure.measure_id
    left join measures as right_measure
        on
            municipality_year.municipality_code = right_measure.municipality_code
            and municipality_year.year = right_measure.year
            and pairs.right_measure_id = right_measure.measure_id
    left join allotted_dwellings
        on
            municipality_year.municipality_code = allotted_dwellings.municipality_code
            and municipality_year.year = allotted_dwellings.year
    where pairs.right_measure_id is not null
)

select
    municipality_code,
    year,
    pair_id,
    cast(left_count as integer) as left_count,
    cast(right_count as integer) as right_count,
    case
        when is_allotment_missing then 'allotment_not_told'
        when left_count is null and right_count is null then 'neither_told'
        when left_count is null then 'left_not_told'
        when right_count is null then 'right_not_told'
    end as missing_reason
from sides
