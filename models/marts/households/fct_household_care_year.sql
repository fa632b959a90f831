-- C43, C48: households in stock on 31 December with the care that their members receive, beside the staffing of the dwelling.
with household_years as (
    select * from {{ ref('fct_household_year') }}
),

members as (
    select * from {{ ref('int_households__stock_member') }}
),

care as (
    select * from {{ ref('int_households__stock_care') }}
),

-- C51: what was not delivered for the day is not known.
told as (
    select
        municipality_code,
        reference_date,
        bool_or(source = 'municipal' and entity = 'household_member') as has_members,
        bool_or(source = 'iplos' and entity = 'service') as has_services
    from {{ ref('int_deliveries__covered_entity') }}
    group by municipality_code, reference_date
),

composition as (
    select
        household_key,
        reference_date,
        count(*) as member_count,
        count(*) filter (where not is_linkable) as unlinked_member_count
    from members
    group by household_key, reference_date
),

joined as (
    select
        household_years.household_year_key,
        household_years.household_key,
        household_years.year,
        household_years.reference_date,
        household_years.municipality_code,
        household_years.dwelling_key,
        household_years.category,
        household_years.category <> 'ordinary' as is_care_dwelling,
        household_years.category in ('staffed_day', 'staffed_round_clock') as is_staffed_dwelling,
        household_years.primary_group_form_2009,
        household_years.primary_group_form_2020,
        household_years.primary_group_r0_2019,
        household_years.primary_group_care_3,
        household_years.primary_group_care_3b,
        household_years.primary_group_bodo_4,
        household_years.need_horizon,
        household_years.contract_holder_age,
        household_years.contract_holder_age_group,
        case when told.has_members then coalesce(composition.member_count, 0) end as member_count,
        case when told.has_members then coalesce(composition.unlinked_member_count, 0) end as unlinked_member_count,
        coalesce(told.has_members and told.has_services, false) as is_told,
        -- nobody's care is overlooked only where every member links
        coalesce(composition.unlinked_member_count = 0, false) as is_every_member_linked,
        coalesce(care.member_with_service_count, 0) as member_with_service_count,
        coalesce(care.service_count, 0) as service_count,
        coalesce(care.service_with_hours_count, 0) as service_with_hours_count,
        care.hours_per_week,
        coalesce(care.housing_decision_count, 0) as housing_decision_count,
        care.decision_staffing,
        care.highest_need_score,
        care.need_hygiene,
        care.need_moving_indoors,
        care.need_own_health,
        care.need_memory,
        care.need_decisions,
        care.need_social,
        care.need_behaviour
    from household_years
    left join told on household_years.municipality_code = told.municipality_code and household_years.reference_date = told.reference_date
    left join composition
        on household_years.household_key = composition.household_key and household_years.reference_date = composition.reference_date
    left join care on household_years.household_key = care.household_key and household_years.reference_date = care.reference_date
),

answered as (
    select
        *,
        case
            when not is_told then null
            when service_count > 0 then true
            when is_every_member_linked then false
        end as has_service,
        case
            when not is_told then null
            when housing_decision_count > 0 then true
            when is_every_member_linked then false
        end as has_housing_decision
    from joined
)

select
    household_year_key,
    household_key,
    year,
    reference_date,
    municipality_code,
    dwelling_key,
    category,
    {{ label_nb('dwelling_category', 'category') }} as category_label_nb,
    is_care_dwelling,
    is_staffed_dwelling,
    {%- for scheme in group_schemes() %}
    primary_group_{{ scheme }},
    {{ group_label_nb(scheme, 'primary_group_' ~ scheme) }} as primary_group_{{ scheme }}_label_nb,
    {%- endfor %}
    need_horizon,
    {{ need_horizon_label_nb('need_horizon') }} as need_horizon_label_nb,
    contract_holder_age,
    contract_holder_age_group,
    cast(member_count as integer) as member_count,
    cast(unlinked_member_count as integer) as unlinked_member_count,
    is_told and is_every_member_linked as is_care_known,
    has_service,
    case when is_told then cast(member_with_service_count as integer) end as member_with_service_count,
    case when is_told then cast(service_count as integer) end as service_count,
    case when is_told then cast(service_with_hours_count as integer) end as service_with_hours_count,
    case when is_told then cast(hours_per_week as decimal(9, 2)) end as hours_per_week,
    has_housing_decision,
    case when is_told then cast(housing_decision_count as integer) end as housing_decision_count,
    case when is_told then decision_staffing end as decision_staffing,
    {{ label_nb('staffing', 'case when is_told then decision_staffing end') }} as decision_staffing_label_nb,
    case when is_told then highest_need_score end as highest_need_score,
    case when is_told then need_hygiene end as need_hygiene,
    case when is_told then need_moving_indoors end as need_moving_indoors,
    case when is_told then need_own_health end as need_own_health,
    case when is_told then need_memory end as need_memory,
    case when is_told then need_decisions end as need_decisions,
    case when is_told then need_social end as need_social,
    case when is_told then need_behaviour end as need_behaviour,
    case when has_service is not null then is_care_dwelling and not has_service end as is_care_dwelling_without_service,
    case when has_service is not null then not is_care_dwelling and has_service end as is_ordinary_dwelling_with_service,
    case when has_housing_decision is not null then is_staffed_dwelling and not has_housing_decision end
        as has_staffed_dwelling_without_housing_decision,
    case when has_housing_decision is not null then not is_staffed_dwelling and has_housing_decision end
        as has_housing_decision_in_unstaffed_dwelling
from answered
