-- C41, C44, C45: who belongs to which household from when to when, how old, and where a person who left went next.
with

-- A row without a day makes nobody a member.
members as (
    select *
    from {{ ref('int_households__member') }}
    where from_date < {{ open_end('to_date') }} and from_date <= {{ as_of_date() }}
),

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

doubtful as (
    select
        household_key,
        member_number,
        bool_or(rule_id = 'T023') as is_in_other_household,
        bool_or(rule_id = 'T025') as is_twice_in_household
    from {{ ref('int_persons__issue') }}
    group by household_key, member_number
),

dated as (
    select
        *,
        case when to_date <= {{ as_of_date() }} then {{ add_days('to_date', -1) }} else {{ as_of_date() }} end as described_date
    from members
),

-- C44: the next household that a person joined, told only of those whose id links.
next_household as (
    select
        household_key,
        member_number,
        to_date,
        lead(household_key) over of_person as next_household_key,
        lead(from_date) over of_person as next_from_date
    from members
    where is_linkable
    window of_person as (partition by person_key order by from_date, {{ open_end('to_date') }}, household_key, member_number)
),

moved as (
    select *
    from next_household
    where next_from_date >= to_date and next_household_key <> household_key
)

select
    {{ surrogate_key(['dated.household_key', 'dated.member_number']) }} as household_member_key,
    dated.municipality_code,
    dated.household_key,
    dated.member_number,
    dated.person_key,
    dated.is_linkable,
    dated.birth_year,
    dated.sex,
    {{ label_nb('sex', 'dated.sex') }} as sex_label_nb,
    dated.from_date,
    dated.to_date,
    dated.described_date,
    {{ year_of('dated.from_date') }} - dated.birth_year as age_at_joining,
    {{ year_of('dated.described_date') }} - dated.birth_year as age,
    -- where the holder's id does not link, the first member stands for the holder (C31)
    coalesce(holders.person_key = dated.person_key, dated.member_number = 1) as is_contract_holder,
    coalesce(doubtful.is_in_other_household, false) as is_in_other_household,
    coalesce(doubtful.is_twice_in_household, false) as is_twice_in_household,
    moved.next_household_key as left_to_household_key,
    moved.next_from_date as left_to_date
from dated
left join holders
    on
        dated.household_key = holders.household_key
        and {{ on_day('dated.described_date', 'holders.valid_from', 'holders.valid_to') }}
left join doubtful on dated.household_key = doubtful.household_key and dated.member_number = doubtful.member_number
left join moved on dated.household_key = moved.household_key and dated.member_number = moved.member_number
