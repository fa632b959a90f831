-- Households with their composition on the as-of date, or on the last day that anything is known of them. No direct identifiers.
with households as (
    select * from {{ ref('int_households__household') }}
),

members as (
    select * from {{ ref('int_households__member') }}
),

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

dated as (
    select
        *,
        coalesce(last_date <= {{ as_of_date() }}, false) as is_ended,
        case when last_date <= {{ as_of_date() }} then {{ add_days('last_date', -1) }} else {{ as_of_date() }} end as described_date
    from households
),

composition as (
    select
        dated.household_key,
        count(*) as member_count,
        count(*) filter (where {{ year_of('dated.described_date') }} - members.birth_year <= 17) as children_count
    from dated
    inner join members
        on
            dated.household_key = members.household_key
            and {{ on_day('dated.described_date', 'members.from_date', 'members.to_date') }}
    group by dated.household_key
)

select
    dated.household_key,
    dated.municipality_code,
    dated.household_id,
    dated.first_date,
    dated.last_date,
    dated.is_ended,
    dated.described_date,
    cast(coalesce(composition.member_count, 0) as integer) as member_count,
    cast(coalesce(composition.children_count, 0) as integer) as children_count,
    case
        when composition.member_count is null then 'unknown'
        when composition.member_count = composition.children_count then 'only_children'
        when composition.member_count = 1 then 'one_person'
        when composition.children_count = 0 then 'several_adults'
        when composition.member_count - composition.children_count = 1 then 'one_adult_with_children'
        else 'several_adults_with_children'
    end as household_type,
    holders.birth_year as contract_holder_birth_year,
    holders.is_linked as is_contract_holder_linked
from dated
left join composition on dated.household_key = composition.household_key
left join holders on
    dated.household_key = holders.household_key
    and {{ on_day('dated.described_date', 'holders.valid_from', 'holders.valid_to') }}
