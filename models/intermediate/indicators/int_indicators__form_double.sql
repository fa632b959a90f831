-- C165: who is counted twice in form 13: persons in two counted households on 31 December (K12), and tenancies of one person and dwelling
-- that two offices allotted and that both count (K13). What was merged as one (T001) is told beside it. Where no tenancy of the year tells
-- its office, nobody can say.
with

told as (
    select
        municipality_code,
        year,
        max(reference_date) as reference_date,
        bool_or(entity = 'household_member') as has_members,
        bool_or(entity = 'tenancy') as has_tenancies
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'municipal'
    group by municipality_code, year
),

tenancy as (
    select * from {{ ref("int_tenancies__counted") }}
),

office as (
    select
        told.municipality_code,
        told.year,
        count(tenancy.allocating_office) > 0 as is_told
    from told
    inner join tenancy
        on
            told.municipality_code = tenancy.municipality_code
            and told.reference_date >= tenancy.delivered_start_date
            and {{ new_year("told.year") }} < {{ open_end("tenancy.delivered_end_date") }}
    where tenancy.is_counted
    group by told.municipality_code, told.year
),

found as (
    select
        municipality_code,
        year,
        count(distinct finding_key) filter (where reason_code = 'in_two_households') as person_count,
        count(distinct finding_key) filter (where reason_code = 'two_offices') as tenancy_count,
        count(distinct finding_key) filter (where reason_code = 'registered_twice') as merged_count
    from {{ ref("int_indicators__form_double_row") }}
    group by municipality_code, year
)

select
    told.municipality_code,
    told.year,
    'K12' as control_id,
    cast(case when told.has_members and told.has_tenancies then coalesce(found.person_count, 0) end as integer) as left_count,
    case
        when not told.has_tenancies then 'leieforhold er ikke levert for ' || told.year
        when not told.has_members then 'husstandsmedlemmer er ikke levert for ' || told.year
    end as missing_nb,
    cast(null as varchar) as detail_nb
from told
left join found on told.municipality_code = found.municipality_code and told.year = found.year

union all

select
    told.municipality_code,
    told.year,
    'K13' as control_id,
    cast(
        case when told.has_tenancies and coalesce(office.is_told, true) then coalesce(found.tenancy_count, 0) end as integer
    ) as left_count,
    case
        when not told.has_tenancies then 'leieforhold er ikke levert for ' || told.year
        when not office.is_told then 'tildelende kontor er ikke oppgitt for noe leieforhold i ' || told.year
    end as missing_nb,
    case
        when found.merged_count > 0
            then 'Slått sammen som ett leieforhold fra to kontorer eller systemer (T001): ' || {{ number_nb("found.merged_count") }} || '.'
    end as detail_nb
from told
left join office on told.municipality_code = office.municipality_code and told.year = office.year
left join found on told.municipality_code = found.municipality_code and told.year = found.year
