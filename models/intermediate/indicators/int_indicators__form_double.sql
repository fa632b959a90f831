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

stock_member as (
    select * from {{ ref("int_households__stock_member") }}
    where is_linkable
),

accepted as (
    select
        municipality_code,
        local_id
    from {{ ref("int_decisions__accepted_deviation") }}
    where accepted_rule_id = 'T023' and not is_expired
),

-- A member row that the municipality lives with (a child with two homes) is no finding.
accepted_member as (
    select
        issue.household_key,
        issue.member_number
    from {{ ref("int_persons__issue") }} as issue
    inner join accepted on issue.municipality_code = accepted.municipality_code
    where issue.rule_id = 'T023' and coalesce(accepted.local_id, issue.local_id) = issue.local_id
),

twice as (
    select
        stock_member.municipality_code,
        {{ year_of("stock_member.reference_date") }} as year,
        stock_member.person_key
    from stock_member
    anti join accepted_member
        on stock_member.household_key = accepted_member.household_key and stock_member.member_number = accepted_member.member_number
    group by stock_member.municipality_code, stock_member.reference_date, stock_member.person_key
    having count(distinct stock_member.household_key) > 1
),

person_twice as (
    select
        municipality_code,
        year,
        count(*) as double_count
    from twice
    group by municipality_code, year
),

tenancy as (
    select * from {{ ref("int_tenancies__counted") }}
),

held_apart as (
    select * from {{ ref("int_decisions__held_apart") }}
),

member as (
    select * from {{ ref("int_households__member") }}
    where is_linkable
),

-- Whose the dwelling is: the holder of the contract and the members of the household in its days.
tenant as (
    select
        tenancy_key,
        {{ surrogate_key(["contract_holder_pseudonym"]) }} as person_key
    from tenancy
    where is_counted and contract_holder_id_status = 'valid'
    union
    select
        tenancy.tenancy_key,
        member.person_key
    from tenancy
    inner join member
        on
            tenancy.household_key = member.household_key
            and tenancy.delivered_start_date < {{ open_end("member.to_date") }}
            and member.from_date < {{ open_end("tenancy.delivered_end_date") }}
    where tenancy.is_counted
),

-- In the days that were delivered: the rule for overlaps (C03) has cut the earlier one, and both still count.
allotted as (
    select
        tenancy.municipality_code,
        tenancy.tenancy_key,
        tenancy.tenancy_id,
        tenancy.dwelling_key,
        tenancy.allocating_office,
        tenancy.delivered_start_date as start_date,
        {{ open_end("tenancy.delivered_end_date") }} as end_date,
        tenant.person_key
    from tenancy
    inner join tenant on tenancy.tenancy_key = tenant.tenancy_key
    anti join held_apart on tenancy.tenancy_key = held_apart.tenancy_key
    where tenancy.is_counted
),

pair as (
    select distinct
        one.municipality_code,
        one.tenancy_key,
        other.tenancy_key as other_tenancy_key,
        greatest(one.start_date, other.start_date) as from_date,
        least(one.end_date, other.end_date) as to_date
    from allotted as one
    inner join allotted as other
        on
            one.dwelling_key = other.dwelling_key
            and one.person_key = other.person_key
            and one.start_date < other.end_date
            and one.end_date > other.start_date
    where one.tenancy_id < other.tenancy_id and one.allocating_office <> other.allocating_office
),

double_tenancy as (
    select
        told.municipality_code,
        told.year,
        count(*) as double_count
    from told
    inner join pair
        on
            told.municipality_code = pair.municipality_code
            and told.reference_date >= pair.from_date
            and {{ new_year("told.year") }} < pair.to_date
    group by told.municipality_code, told.year
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

merged as (
    select
        told.municipality_code,
        told.year,
        count(*) as merged_count
    from told
    inner join tenancy
        on
            told.municipality_code = tenancy.municipality_code
            and told.reference_date >= tenancy.delivered_start_date
            and {{ new_year("told.year") }} < {{ open_end("tenancy.delivered_end_date") }}
    where tenancy.treatment_rule_id = 'T001'
    group by told.municipality_code, told.year
)

select
    told.municipality_code,
    told.year,
    'K12' as control_id,
    cast(case when told.has_members and told.has_tenancies then coalesce(person_twice.double_count, 0) end as integer) as left_count,
    case
        when not told.has_tenancies then 'leieforhold er ikke levert for ' || told.year
        when not told.has_members then 'husstandsmedlemmer er ikke levert for ' || told.year
    end as missing_nb,
    cast(null as varchar) as detail_nb
from told
left join person_twice on told.municipality_code = person_twice.municipality_code and told.year = person_twice.year

union all

select
    told.municipality_code,
    told.year,
    'K13' as control_id,
    cast(
        case when told.has_tenancies and coalesce(office.is_told, true) then coalesce(double_tenancy.double_count, 0) end as integer
    ) as left_count,
    case
        when not told.has_tenancies then 'leieforhold er ikke levert for ' || told.year
        when not office.is_told then 'tildelende kontor er ikke oppgitt for noe leieforhold i ' || told.year
    end as missing_nb,
    case
        when merged.merged_count > 0
            then 'Slått sammen som ett leieforhold fra to kontorer eller systemer (T001): ' || {{ number_nb("merged.merged_count") }} || '.'
    end as detail_nb
from told
left join office on told.municipality_code = office.municipality_code and told.year = office.year
left join double_tenancy on told.municipality_code = double_tenancy.municipality_code and told.year = double_tenancy.year
left join merged on told.municipality_code = merged.municipality_code and told.year = merged.year
