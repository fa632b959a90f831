-- Households in stock on 31 December of every covered year (C35): who lives there, how long, with which services (C40), and whether the
-- dwelling fits them (C85-C88).
with stock as (
    select * from {{ ref('int_households__stock') }}
    where is_covered_year and is_household_row
),

tenancies as (
    select * from {{ ref('fct_tenancy') }}
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
        bool_or(source = 'municipal' and entity = 'household_group') as has_groups,
        bool_or(source = 'iplos' and entity = 'service') as has_services
    from {{ ref('int_deliveries__covered_entity') }}
    group by municipality_code, reference_date
),

care as (
    select * from {{ ref('int_households__stock_care') }}
),

collectives as (
    select * from {{ ref('int_households__collective') }}
),

age_groups as (
    select * from {{ ref('dim_age_group') }}
    where scheme = 'contract_holder'
),

fits as (
    select * from {{ ref('int_fit__household_year') }}
),

composition as (
    select
        stock.household_key,
        stock.reference_date,
        compositions.member_count,
        compositions.children_count,
        compositions.household_type
    from stock
    inner join {{ ref('int_households__composition_period') }} as compositions
        on
            stock.household_key = compositions.household_key
            and {{ on_day('stock.reference_date', 'compositions.valid_from', 'compositions.valid_to') }}
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
    {{ label_nb('dwelling_category', 'stock.category') }} as category_label_nb,
    stock.tenure_form,
    {{ label_nb('tenure_form', 'stock.tenure_form') }} as tenure_form_label_nb,
    fits.tenure_kind,
    {{ label_nb('tenure_kind', 'fits.tenure_kind') }} as tenure_kind_label_nb,
    fits.room_count,
    fits.is_wheelchair_accessible,
    fits.reserved_for,
    stock.primary_group_form_2009,
    stock.primary_group_form_2020,
    stock.primary_group_r0_2019,
    stock.primary_group_care_3,
    stock.primary_group_care_3b,
    stock.primary_group_bodo_4,
    {%- for scheme in group_schemes() %}
    {{ group_label_nb(scheme, 'stock.primary_group_' ~ scheme) }} as primary_group_{{ scheme }}_label_nb,
    {%- endfor %}
    coalesce(told.has_groups, false) or stock.primary_group_form_2009 <> 'unclassified' as is_group_told,
    stock.rule_form_2009,
    stock.rule_form_2020,
    stock.rule_r0_2019,
    stock.rule_care_3,
    stock.rule_care_3b,
    stock.rule_bodo_4,
    stock.need_horizon,
    {{ need_horizon_label_nb('stock.need_horizon') }} as need_horizon_label_nb,
    case when told.has_members then cast(coalesce(composition.member_count, 0) as integer) end as household_size,
    case when told.has_members then cast(coalesce(composition.children_count, 0) as integer) end as children_count,
    case when told.has_members then coalesce(composition.household_type, 'unknown') end as household_type,
    case
        when told.has_members then {{ label_nb('household_type', "coalesce(composition.household_type, 'unknown')") }}
    end as household_type_label_nb,
    holder_on_day.contract_holder_age,
    age_groups.age_group as contract_holder_age_group,
    case when told.has_members and told.has_services then coalesce(care.service_count, 0) > 0 end as has_care_service,
    case when told.has_members and told.has_services then cast(coalesce(care.service_count, 0) as integer) end as care_service_count,
    collectives.dwelling_key is not null as is_collective,
    coalesce(collectives.household_count, 1) as unit_household_count,
    {{ days_between('tenancies.stay_start_date', 'stock.reference_date') }} as length_of_stay_days,
    {{ length_of_stay_class('tenancies.stay_start_date', 'stock.reference_date') }} as length_of_stay_class,
    {{ label_nb('length_of_stay_class', length_of_stay_class('tenancies.stay_start_date', 'stock.reference_date')) }}
        as length_of_stay_class_label_nb,
    fits.needs_accessible_dwelling,
    fits.room_mismatch,
    {{ label_nb('fit_obstacle', 'fits.room_mismatch') }} as room_mismatch_label_nb,
    fits.accessibility_mismatch,
    {{ label_nb('fit_obstacle', 'fits.accessibility_mismatch') }} as accessibility_mismatch_label_nb,
    fits.category_mismatch,
    {{ label_nb('fit_obstacle', 'fits.category_mismatch') }} as category_mismatch_label_nb,
    fits.reservation_mismatch,
    {{ label_nb('fit_obstacle', 'fits.reservation_mismatch') }} as reservation_mismatch_label_nb
from stock
inner join tenancies on stock.tenancy_key = tenancies.tenancy_key
left join fits on stock.household_key = fits.household_key and stock.reference_date = fits.reference_date
left join composition on stock.household_key = composition.household_key and stock.reference_date = composition.reference_date
left join told on stock.municipality_code = told.municipality_code and stock.reference_date = told.reference_date
left join care on stock.household_key = care.household_key and stock.reference_date = care.reference_date
left join collectives
    on
        stock.dwelling_key = collectives.dwelling_key
        and {{ on_day('stock.reference_date', 'collectives.valid_from', 'collectives.valid_to') }}
left join holder_on_day
    on stock.household_key = holder_on_day.household_key and stock.reference_date = holder_on_day.reference_date
left join age_groups on holder_on_day.contract_holder_age between age_groups.age_from and age_groups.age_to
