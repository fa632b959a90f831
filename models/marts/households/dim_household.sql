-- Households with their composition on the as-of date, or on the last day that anything is known of them. No direct identifiers.
with households as (
    select * from {{ ref('int_households__household') }}
),

compositions as (
    select * from {{ ref('int_households__composition_period') }}
),

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

-- C51: where members are never delivered, a household is not empty: its size is not known.
members_told as (
    select distinct deliveries.supplier as municipality_code
    from {{ source('raw', 'delivery') }} as deliveries
    inner join {{ source('raw', 'delivery_file') }} as files on deliveries.delivery_id = files.delivery_id
    where deliveries.is_current and deliveries.source = 'municipal' and files.entity = 'household_member'
),

dated as (
    select
        *,
        coalesce(last_date <= {{ as_of_date() }}, false) as is_ended,
        case when last_date <= {{ as_of_date() }} then {{ add_days('last_date', -1) }} else {{ as_of_date() }} end as described_date
    from households
)

select
    dated.household_key,
    dated.municipality_code,
    dated.household_id,
    dated.first_date,
    dated.last_date,
    dated.is_ended,
    dated.described_date,
    case when members_told.municipality_code is not null then coalesce(compositions.member_count, 0) end as member_count,
    case when members_told.municipality_code is not null then coalesce(compositions.children_count, 0) end as children_count,
    coalesce(compositions.household_type, 'unknown') as household_type,
    {{ label_nb('household_type', "coalesce(compositions.household_type, 'unknown')") }} as household_type_label_nb,
    holders.birth_year as contract_holder_birth_year,
    holders.is_linked as is_contract_holder_linked
from dated
left join members_told on dated.municipality_code = members_told.municipality_code
left join compositions
    on
        dated.household_key = compositions.household_key
        and {{ on_day('dated.described_date', 'compositions.valid_from', 'compositions.valid_to') }}
left join holders on
    dated.household_key = holders.household_key
    and {{ on_day('dated.described_date', 'holders.valid_from', 'holders.valid_to') }}
