-- C170, C171: what lies between dwellings and the households in them, and between households and the persons in them, on 31 December of
-- each year in which it is told what was let. A row for each dwelling, household or person that has no counterpart of its own.
with

covered_years as (
    select * from {{ ref("int_deliveries__covered_year") }}
    where is_letting_covered
),

covered_members as (
    select
        municipality_code,
        year,
        reference_date
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'municipal' and entity = 'household_member'
),

dwellings as (
    select * from {{ ref("int_indicators__dwelling_year") }}
),

stock as (
    select
        *,
        {{ year_of("reference_date") }} as year
    from {{ ref("int_households__stock") }}
    where is_covered_year
),

members as (
    select * from {{ ref("int_households__stock_member") }}
),

vacant_dwelling as (
    select
        dwellings.municipality_code,
        dwellings.year,
        dwellings.dwelling_key
    from covered_years
    inner join dwellings
        on covered_years.municipality_code = dwellings.municipality_code and covered_years.year = dwellings.year
    where not dwellings.is_let
),

-- Households are counted in the dwelling they moved into last: each let dwelling has none, one, or more that are counted in it.
let_dwelling as (
    select
        municipality_code,
        year,
        dwelling_key,
        count(*) filter (where is_household_row) as household_count
    from stock
    group by municipality_code, year, dwelling_key
),

further_household as (
    select
        municipality_code,
        year,
        household_key
    from stock
    where is_household_row
    qualify row_number() over (partition by municipality_code, year, dwelling_key order by household_key) > 1
),

-- A person who stands twice in a household (T025) is one.
household_size as (
    select
        stock.municipality_code,
        stock.year,
        stock.household_key,
        count(distinct members.person_key) as person_count
    from stock
    inner join covered_members
        on stock.municipality_code = covered_members.municipality_code and stock.year = covered_members.year
    left join members on stock.household_key = members.household_key and stock.reference_date = members.reference_date
    where stock.is_household_row
    group by stock.municipality_code, stock.year, stock.household_key
),

person_in_several as (
    select
        members.municipality_code,
        covered_members.year,
        members.person_key,
        count(distinct members.household_key) as household_count
    from members
    inner join covered_members
        on members.municipality_code = covered_members.municipality_code and members.reference_date = covered_members.reference_date
    group by members.municipality_code, covered_members.year, members.person_key
    having count(distinct members.household_key) > 1
)

select
    municipality_code,
    year,
    'dwellings_households' as pair_id,
    'vacant_dwelling' as cause_id,
    'dwelling' as member_kind,
    dwelling_key as member_key,
    1 as amount
from vacant_dwelling
union all
select
    municipality_code,
    year,
    'dwellings_households' as pair_id,
    'several_dwellings' as cause_id,
    'dwelling' as member_kind,
    dwelling_key as member_key,
    1 as amount
from let_dwelling
where household_count = 0
union all
select
    municipality_code,
    year,
    'dwellings_households' as pair_id,
    'several_households' as cause_id,
    'household' as member_kind,
    household_key as member_key,
    -1 as amount
from further_household
union all
select
    municipality_code,
    year,
    'households_persons' as pair_id,
    case when person_count = 0 then 'members_not_told' else 'several_persons' end as cause_id,
    'household' as member_kind,
    household_key as member_key,
    cast(1 - person_count as integer) as amount
from household_size
where person_count <> 1
union all
select
    municipality_code,
    year,
    'households_persons' as pair_id,
    'person_in_several_households' as cause_id,
    'person' as member_kind,
    person_key as member_key,
    cast(household_count - 1 as integer) as amount
from person_in_several
