-- C165: the rows of K12 and K13: each person in two counted households on 31 December with the households, each two tenancies of one person
-- and dwelling that two offices allotted and that both count; and beside them what was merged as one (T001), which is no finding.
with

year_told as (
    select distinct
        municipality_code,
        year,
        reference_date
    from {{ ref("int_deliveries__covered_entity") }}
    where source = 'municipal'
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

person_row as (
    select distinct
        twice.municipality_code,
        twice.year,
        'K12' as control_id,
        'in_two_households' as reason_code,
        twice.person_key as finding_key,
        'household' as member_kind,
        stock_member.household_key as member_key
    from twice
    inner join stock_member
        on twice.municipality_code = stock_member.municipality_code and twice.person_key = stock_member.person_key
    anti join accepted_member
        on stock_member.household_key = accepted_member.household_key and stock_member.member_number = accepted_member.member_number
    where twice.year = {{ year_of("stock_member.reference_date") }}
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
        year_told.municipality_code,
        year_told.year,
        'K13' as control_id,
        'two_offices' as reason_code,
        {{ surrogate_key(["pair.tenancy_key", "pair.other_tenancy_key"]) }} as finding_key,
        'tenancy' as member_kind,
        unnest([pair.tenancy_key, pair.other_tenancy_key]) as member_key
    from year_told
    inner join pair
        on
            year_told.municipality_code = pair.municipality_code
            and year_told.reference_date >= pair.from_date
            and {{ new_year("year_told.year") }} < pair.to_date
),

merged as (
    select
        year_told.municipality_code,
        year_told.year,
        'K13' as control_id,
        'registered_twice' as reason_code,
        tenancy.tenancy_key as finding_key,
        'tenancy' as member_kind,
        tenancy.tenancy_key as member_key
    from year_told
    inner join tenancy
        on
            year_told.municipality_code = tenancy.municipality_code
            and year_told.reference_date >= tenancy.delivered_start_date
            and {{ new_year("year_told.year") }} < {{ open_end("tenancy.delivered_end_date") }}
    where tenancy.treatment_rule_id = 'T001'
)

select * from person_row
union all
select * from double_tenancy
union all
select * from merged
