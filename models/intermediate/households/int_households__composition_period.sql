-- C41: how many live in each household, by period: cut on every day that a member joins or leaves, and on 1 January of the year in which a
-- child turns 18 (C45). From the first member's first day to the last member's last day there is no gap: days without a member are a
-- period, too.
with members as (
    select
        household_key,
        municipality_code,
        from_date,
        {{ open_end('to_date') }} as to_date,
        make_date(birth_year + 18, 1, 1) as adult_date
    from {{ ref('int_households__member') }}
    where from_date < {{ open_end('to_date') }}
),

-- What each member adds to the household on a day, or takes away.
change as (
    select
        household_key,
        municipality_code,
        from_date as day,
        1 as members,
        case when adult_date > from_date then 1 else 0 end as children
    from members
    union all
    select
        household_key,
        municipality_code,
        adult_date as day,
        0 as members,
        -1 as children
    from members
    where adult_date > from_date and adult_date < to_date
    union all
    select
        household_key,
        municipality_code,
        to_date as day,
        -1 as members,
        case when adult_date >= to_date then -1 else 0 end as children
    from members
),

change_day as (
    select
        household_key,
        municipality_code,
        day,
        sum(members) as members,
        sum(children) as children
    from change
    group by household_key, municipality_code, day
),

-- Nothing is said about days after the as-of date: the last period is open.
period as (
    select
        household_key,
        municipality_code,
        day as valid_from,
        lead(day) over of_household as valid_to,
        cast(sum(members) over of_household as integer) as member_count,
        cast(sum(children) over of_household as integer) as children_count
    from change_day
    where day <= {{ as_of_date() }}
    window of_household as (partition by household_key order by day)
)

select
    household_key,
    municipality_code,
    valid_from,
    valid_to,
    member_count,
    children_count,
    member_count - children_count as adult_count,
    {{ household_type('member_count', 'children_count') }} as household_type
from period
-- after the last member has left there is no household to describe
where member_count > 0 or valid_to is not null
