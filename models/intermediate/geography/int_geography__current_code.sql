-- For every ended version of a municipality, the one code that its area has on the as-of date; none where it was split on the way.
with recursive

versions as (
    select
        code,
        valid_from,
        case when valid_to <= {{ as_of_date() }} then valid_to end as ended_on
    from {{ ref('stg_klass__municipality_version') }}
    where code <> '9999'
    {{ latest_known(['code', 'valid_from']) }}
),

latest_changes as (
    select
        from_code,
        to_code,
        change_date
    from {{ ref('stg_klass__municipality_change') }}
    {{ latest_known(['change_date', 'from_code', 'to_code']) }}
),

-- Changes that send the whole municipality to one other.
whole_changes as (
    select
        from_code,
        change_date,
        min(to_code) as to_code
    from latest_changes
    group by from_code, change_date
    having count(*) = 1
),

steps as (
    select
        code,
        valid_from,
        code as next_code,
        ended_on
    from versions

    union all

    select
        steps.code,
        steps.valid_from,
        following.code as next_code,
        following.ended_on
    from steps
    inner join whole_changes on steps.next_code = whole_changes.from_code and steps.ended_on = whole_changes.change_date
    inner join versions as following
        on
            whole_changes.to_code = following.code
            and {{ on_day('whole_changes.change_date', 'following.valid_from', 'following.ended_on') }}
)

select
    code as municipality_code,
    valid_from,
    next_code as current_code
from steps
where ended_on is null
