-- C93: dwellings in stock on 31 December of every covered year, let or vacant, with the households in them: counts that add up over every
-- column they are sliced by.
with covered_years as (
    select * from {{ ref('int_deliveries__covered_year') }}
),

covered_entities as (
    select
        municipality_code,
        reference_date,
        bool_or(entity = 'dwelling') as has_dwellings,
        bool_or(entity = 'household_member') as has_members
    from {{ ref('int_deliveries__covered_entity') }}
    where source = 'municipal'
    group by municipality_code, reference_date
),

let_spells as (
    select * from {{ ref('int_stock__let_spell') }}
),

vacant as (
    select * from {{ ref('int_fit__vacant') }}
    where is_covered_year
),

versions as (
    select * from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

vacant_horizons as (
    select
        dwelling_category,
        need_horizon
    from {{ ref('need_horizon') }}
    where form_2009_code = 'vacant' and contract_kind = '*'
),

let_dwellings as (
    select
        covered_years.reference_date,
        'let' as occupancy,
        {%- for column in stock_dimensions() if column != "household_type" %}
        let_spells.{{ column }},
        {%- endfor %}
        case when covered_entities.has_members then let_spells.household_type else 'unknown' end as household_type,
        1 as let_count,
        0 as vacant_count,
        cast(let_spells.is_household_row as integer) as household_count,
        -- members that were not delivered for the year are not told of (C51)
        case
            when not covered_entities.has_members then null
            when let_spells.is_household_row then coalesce(let_spells.member_count, 0)
            else 0
        end as person_count,
        case
            when not covered_entities.has_members then null
            when let_spells.is_household_row then coalesce(let_spells.children_count, 0)
            else 0
        end as children_count
    from covered_years
    inner join covered_entities
        on
            covered_years.municipality_code = covered_entities.municipality_code
            and covered_years.reference_date = covered_entities.reference_date
    inner join let_spells
        on
            covered_years.municipality_code = let_spells.municipality_code
            and {{ on_day('covered_years.reference_date', 'let_spells.valid_from', 'let_spells.valid_to') }}
    where covered_years.is_letting_covered
),

vacant_dwellings as (
    select
        vacant.reference_date,
        'vacant' as occupancy,
        vacant.municipality_code,
        vacant.category,
        vacant.tenure_form,
        vacant.tenure_kind,
        vacant_horizons.need_horizon,
        {{ no_household_dimensions('vacant') }},
        0 as let_count,
        1 as vacant_count,
        0 as household_count,
        -- no sum over persons may read as none where nobody told
        case when covered_entities.has_members then 0 end as person_count,
        case when covered_entities.has_members then 0 end as children_count
    from vacant
    inner join covered_entities
        on vacant.municipality_code = covered_entities.municipality_code and vacant.reference_date = covered_entities.reference_date
    left join vacant_horizons on vacant.category = vacant_horizons.dwelling_category
),

-- Years in which dwellings were told of and tenancies not: what was let is not known.
dwellings_not_told as (
    select
        covered_years.reference_date,
        'not_told' as occupancy,
        versions.municipality_code,
        versions.category,
        versions.tenure_form,
        versions.tenure_kind,
        cast(null as varchar) as need_horizon,
        {{ no_household_dimensions('not_told') }},
        cast(null as integer) as let_count,
        cast(null as integer) as vacant_count,
        cast(null as integer) as household_count,
        cast(null as integer) as person_count,
        cast(null as integer) as children_count
    from covered_years
    inner join covered_entities
        on
            covered_years.municipality_code = covered_entities.municipality_code
            and covered_years.reference_date = covered_entities.reference_date
    inner join versions
        on
            covered_years.municipality_code = versions.municipality_code
            and {{ on_day('covered_years.reference_date', 'versions.valid_from', 'versions.valid_to') }}
    where covered_entities.has_dwellings and not covered_years.is_letting_covered
),

dwellings as (
    select * from let_dwellings
    union all by name
    select * from vacant_dwellings
    union all by name
    select * from dwellings_not_told
),

counted as (
    select
        {{ stock_dimensions() | join(", ") }},
        reference_date,
        occupancy,
        cast(count(*) as integer) as dwelling_count,
        cast(sum(let_count) as integer) as let_count,
        cast(sum(vacant_count) as integer) as vacant_count,
        cast(sum(household_count) as integer) as household_count,
        cast(sum(person_count) as integer) as person_count,
        cast(sum(children_count) as integer) as children_count
    from dwellings
    group by all
)

select
    {{ surrogate_key(['counted.reference_date', 'counted.occupancy'] + stock_dimensions()) }} as stock_year_key,
    {{ year_of('counted.reference_date') }} as year,
    counted.reference_date,
    counted.occupancy,
    {{ label_nb('occupancy', 'counted.occupancy') }} as occupancy_label_nb,
    {{- labelled_dimensions('counted', stock_dimensions()) }}
    counted.dwelling_count,
    counted.let_count,
    counted.vacant_count,
    counted.household_count,
    counted.person_count,
    counted.children_count
from counted
