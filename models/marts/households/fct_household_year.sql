-- Households in stock on 31 December of every covered year (C35): who lives there, how long, and with which services (C40).
with stock as (
    select * from {{ ref('int_households__stock') }}
    where is_covered_year and is_household_row
),

tenancies as (
    select * from {{ ref('fct_tenancy') }}
),

members as (
    select * from {{ ref('int_households__member') }}
),

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

-- What was not delivered is not known: no members is not an empty household, and no care file is not a household without care (C51).
told as (
    select
        municipality_code,
        reference_date,
        bool_or(source = 'municipal' and entity = 'household_member') as has_members,
        bool_or(source = 'iplos' and entity = 'service') as has_services
    from {{ ref('int_deliveries__covered_entity') }}
    group by municipality_code, reference_date
),

services as (
    select * from {{ ref('int_care__service') }}
    where is_linkable and not is_dwelling
),

age_groups as (
    select * from {{ ref('dim_age_group') }}
    where scheme = 'contract_holder'
),

member_on_day as (
    select
        stock.household_key,
        stock.reference_date,
        members.person_key,
        members.is_linkable,
        {{ year_of('stock.reference_date') }} - members.birth_year as age
    from stock
    inner join members on
        stock.household_key = members.household_key
        and {{ on_day('stock.reference_date', 'members.from_date', 'members.to_date') }}
),

composition as (
    select
        household_key,
        reference_date,
        count(*) as household_size,
        count(*) filter (where age <= 17) as children_count
    from member_on_day
    group by household_key, reference_date
),

care as (
    select
        member_on_day.household_key,
        member_on_day.reference_date,
        count(*) as care_service_count
    from member_on_day
    inner join services
        on
            member_on_day.person_key = services.person_key
            and {{ on_day('member_on_day.reference_date', 'services.start_date', 'services.end_date') }}
    where member_on_day.is_linkable
    group by member_on_day.household_key, member_on_day.reference_date
),

holder_on_day as (
    select
        stock.household_key,
        stock.reference_date,
        {{ year_of('stock.reference_date') }} - holders.birth_year as contract_holder_age
    from stock
    inner join holders on
        stock.household_key = holders.household_key
        and {{ on_day('stock.reference_date', 'holders.valid_from', 'holders.valid_to') }}
)

select
    {{ surrogate_key(['stock.household_key', year_of('stock.reference_date')]) }} as household_year_key,
    stock.household_key,
    {{ year_of('stock.reference_date') }} as year,
    stock.reference_date,
    stock.municipality_code,
    stock.dwelling_key,
    stock.tenancy_key,
    stock.category,
    stock.tenure_form,
    stock.primary_group_form_2009,
    stock.primary_group_form_2020,
    stock.primary_group_r0_2019,
    stock.primary_group_care_3,
    stock.primary_group_care_3b,
    stock.primary_group_bodo_4,
    stock.rule_form_2009,
    stock.rule_form_2020,
    stock.rule_r0_2019,
    stock.rule_care_3,
    stock.rule_care_3b,
    stock.rule_bodo_4,
    stock.need_horizon,
    case when told.has_members then cast(coalesce(composition.household_size, 0) as integer) end as household_size,
    case when told.has_members then cast(coalesce(composition.children_count, 0) as integer) end as children_count,
    holder_on_day.contract_holder_age,
    age_groups.age_group as contract_holder_age_group,
    case when told.has_members and told.has_services then coalesce(care.care_service_count, 0) > 0 end as has_care_service,
    case when told.has_members and told.has_services then cast(coalesce(care.care_service_count, 0) as integer) end as care_service_count,
    {{ days_between('tenancies.stay_start_date', 'stock.reference_date') }} as length_of_stay_days
from stock
inner join tenancies on stock.tenancy_key = tenancies.tenancy_key
left join composition on stock.household_key = composition.household_key and stock.reference_date = composition.reference_date
left join told on stock.municipality_code = told.municipality_code and stock.reference_date = told.reference_date
left join care on stock.household_key = care.household_key and stock.reference_date = care.reference_date
left join holder_on_day
    on stock.household_key = holder_on_day.household_key and stock.reference_date = holder_on_day.reference_date
left join age_groups on holder_on_day.contract_holder_age between age_groups.age_from and age_groups.age_to
