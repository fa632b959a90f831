-- C85-C88: how each household in stock on 31 December fits the dwelling it lives in. What is not told is NULL and not a fit.
with stock as (
    select * from {{ ref('int_households__stock') }}
    where is_covered_year and is_household_row
),

dwellings as (
    select * from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

compositions as (
    select * from {{ ref('int_households__composition_period') }}
    where member_count > 0
),

-- Members that were not delivered for the year are not told of (C51), whatever older deliveries say.
members_told as (
    select
        municipality_code,
        reference_date
    from {{ ref('int_deliveries__covered_entity') }}
    where source = 'municipal' and entity = 'household_member'
),

room_norms as (
    select * from {{ ref('int_fit__room_norm') }}
),

access_told as (
    select * from {{ ref('int_fit__access_told') }}
),

group_categories as (
    select * from {{ ref('int_fit__group_category') }}
),

reservations as (
    select * from {{ ref('int_fit__reservation') }}
),

access_need as (
    select
        stock.household_key,
        stock.reference_date,
        bool_or(access_told.needs_accessible) as needs_accessible
    from stock
    inner join access_told
        on
            stock.household_key = access_told.household_key
            and {{ on_day('stock.reference_date', 'access_told.valid_from', 'access_told.valid_to') }}
    group by stock.household_key, stock.reference_date
),

-- Dwelling, persons and need of each household side by side.
lived_in as (
    select
        stock.household_key,
        stock.reference_date,
        stock.municipality_code,
        stock.category,
        stock.primary_group_r0_2019,
        dwellings.tenure_kind,
        dwellings.room_count,
        dwellings.is_wheelchair_accessible,
        dwellings.reserved_for,
        lower(trim(dwellings.reserved_for)) as reserved_words,
        access_need.needs_accessible,
        case when members_told.municipality_code is not null then compositions.member_count end as person_count
    from stock
    inner join dwellings
        on
            stock.dwelling_key = dwellings.dwelling_key
            and {{ on_day('stock.reference_date', 'dwellings.valid_from', 'dwellings.valid_to') }}
    left join members_told
        on stock.municipality_code = members_told.municipality_code and stock.reference_date = members_told.reference_date
    left join compositions
        on
            stock.household_key = compositions.household_key
            and {{ on_day('stock.reference_date', 'compositions.valid_from', 'compositions.valid_to') }}
    left join access_need
        on stock.household_key = access_need.household_key and stock.reference_date = access_need.reference_date
)

select
    lived_in.household_key,
    lived_in.reference_date,
    lived_in.tenure_kind,
    lived_in.room_count,
    lived_in.is_wheelchair_accessible,
    lived_in.reserved_for,
    lived_in.needs_accessible as needs_accessible_dwelling,
    case
        when lived_in.room_count < room_norms.least_room_count then 'too_small'
        when lived_in.room_count > room_norms.most_room_count then 'too_large'
        when lived_in.room_count is not null and room_norms.least_room_count is not null then 'none'
    end as room_mismatch,
    case
        when lived_in.needs_accessible and not lived_in.is_wheelchair_accessible then 'not_accessible'
        when lived_in.needs_accessible is not null then 'none'
    end as accessibility_mismatch,
    case group_categories.category_fit
        when 'does_not' then 'category'
        when 'may' then 'may_fit'
        when 'fits' then 'none'
    end as category_mismatch,
    case
        when lived_in.reserved_for is null then 'none'
        when lived_in.primary_group_r0_2019 = 'unclassified' or reservations.group_codes is null then null
        when list_contains(reservations.group_codes, lived_in.primary_group_r0_2019) then 'none'
        else 'reserved_for_others'
    end as reservation_mismatch
from lived_in
left join room_norms
    on
        lived_in.municipality_code = room_norms.municipality_code
        and lived_in.person_count >= room_norms.person_count_from
        and lived_in.person_count < coalesce(room_norms.person_count_below, 1000)
left join group_categories
    on
        lived_in.municipality_code = group_categories.municipality_code
        and lived_in.primary_group_r0_2019 = group_categories.group_code
        and lived_in.category = group_categories.dwelling_category
left join reservations
    on lived_in.municipality_code = reservations.municipality_code and lived_in.reserved_words = reservations.reserved_for
