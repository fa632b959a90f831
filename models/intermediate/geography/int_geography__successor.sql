-- C102: the codes that the area of each version of a municipality has on the as-of date, and which part of it went to each: all of it where
-- no split stands in the way (or where its parts met again), a weighted part, or a part that nobody has a weight for (NULL).
with recursive

versions as (
    select
        code,
        valid_from,
        valid_to,
        case when valid_to <= {{ as_of_date() }} then valid_to end as ended_on
    from {{ ref('stg_klass__municipality_version') }}
    where code <> '9999'
    {{ latest_known(['code', 'valid_from']) }}
),

changes as (
    select
        from_code,
        to_code,
        change_date
    from {{ ref('stg_klass__municipality_change') }}
    {{ latest_known(['change_date', 'from_code', 'to_code']) }}
),

weighted_changes as (
    select
        changes.from_code,
        changes.to_code,
        changes.change_date,
        case
            when count(*) over (partition by changes.from_code, changes.change_date) = 1 then 1
            else split_weight.weight
        end as weight
    from changes
    left join {{ ref('split_weight') }} as split_weight
        on
            changes.from_code = split_weight.from_code
            and changes.to_code = split_weight.to_code
            and changes.change_date = split_weight.change_date
),

steps as (
    select
        code,
        valid_from,
        valid_to,
        code as next_code,
        ended_on,
        cast(1 as double) as weight
    from versions

    union all

    select
        steps.code,
        steps.valid_from,
        steps.valid_to,
        following.code as next_code,
        following.ended_on,
        steps.weight * weighted_changes.weight as weight
    from steps
    inner join weighted_changes on steps.next_code = weighted_changes.from_code and steps.ended_on = weighted_changes.change_date
    inner join versions as following
        on
            weighted_changes.to_code = following.code
            and {{ on_day('weighted_changes.change_date', 'following.valid_from', 'following.ended_on') }}
),

reached as (
    select
        code,
        valid_from,
        valid_to,
        next_code,
        sum(weight) as weight,
        count(*) = count(weight) as is_weighted
    from steps
    where ended_on is null
    group by code, valid_from, valid_to, next_code
)

select
    code as municipality_code,
    valid_from,
    valid_to,
    next_code as current_code,
    cast(
        case
            when count(*) over (partition by code, valid_from) = 1 then 1
            when is_weighted then weight
        end as decimal(9, 8)
    ) as weight
from reached
