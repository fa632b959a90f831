-- Each household's time cut at every day on which something that decides its groups changes. Inside a period nothing changes, so what
-- holds on its first day holds on all of its days: the rules C30-C32 are then said once, for a day, in int_households__group_period.
with households as (
    select * from {{ ref('int_households__household') }}
),

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

mapped_groups as (
    select * from {{ ref('int_households__mapped_group') }}
),

staffed_care as (
    select * from {{ ref('int_households__staffed_care') }}
),

corrected_groups as (
    select * from {{ ref('int_decisions__corrected_group') }}
),

-- Age and services matter for old group 4 only.
age_split_household as (
    select household_key from mapped_groups
    where is_age_split
    union
    select household_key from corrected_groups
    where is_age_split
),

change as (
    select
        household_key,
        first_date as day
    from households
    union
    select
        household_key,
        unnest([valid_from, valid_to]) as day
    from mapped_groups
    union
    select
        household_key,
        unnest([valid_from, valid_to]) as day
    from corrected_groups
    union
    select
        household_key,
        unnest([valid_from, settlement_date, refugee_until]) as day
    from holders
    union
    select
        holders.household_key,
        make_date(holders.birth_year + 67, 1, 1) as day
    from holders
    semi join age_split_household on holders.household_key = age_split_household.household_key
    union
    select
        staffed_care.household_key,
        unnest([staffed_care.valid_from, staffed_care.valid_to]) as day
    from staffed_care
    semi join age_split_household on staffed_care.household_key = age_split_household.household_key
),

-- Nothing is said about days after the as-of date: the last period is open.
period as (
    select
        change.household_key,
        households.municipality_code,
        change.day as valid_from,
        lead(change.day) over (partition by change.household_key order by change.day) as valid_to
    from change
    inner join households on change.household_key = households.household_key
    where
        change.day = households.first_date
        or (change.day > households.first_date and change.day <= {{ as_of_date() }})
),

in_staffed_care as (
    select distinct
        period.household_key,
        period.valid_from
    from period
    inner join staffed_care on
        period.household_key = staffed_care.household_key
        and {{ on_day('period.valid_from', 'staffed_care.valid_from', 'staffed_care.valid_to') }}
)

-- Numbered so that neighbours follow each other: joined and counted as integers where text keys and days would be dear.
select
    row_number() over (order by period.household_key, period.valid_from) as period_number,
    period.household_key,
    period.municipality_code,
    period.valid_from,
    period.valid_to,
    coalesce({{ on_day('period.valid_from', 'holders.settlement_date', 'holders.refugee_until') }}, false) as is_refugee,
    coalesce(holders.refugee_until <= period.valid_from, false) as is_former_refugee,
    {{ year_of('period.valid_from') }} - holders.birth_year as holder_age,
    in_staffed_care.household_key is not null as is_in_staffed_care
from period
inner join holders
    on
        period.household_key = holders.household_key
        and {{ on_day('period.valid_from', 'holders.valid_from', 'holders.valid_to') }}
left join in_staffed_care
    on period.household_key = in_staffed_care.household_key and period.valid_from = in_staffed_care.valid_from
