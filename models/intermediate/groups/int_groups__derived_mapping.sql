-- What local codes give in the schemes that a mapping may leave out, by lossless edges from those it has (C39). Where no edge leads there,
-- or edges lead to different groups, the code is unsplit.
with told as (
    select * from {{ ref('int_groups__delivered_mapping') }}
),

edges as (
    select * from {{ ref('target_group_edge') }}
),

schemes as (
    select * from {{ ref('target_group_scheme') }}
),

-- What the code says where edges start. Old group 4 that a rule splits for each household is unsplit as a whole.
starting_point as (
    select
        municipality_code,
        local_group_code,
        local_label_nb,
        scheme,
        case when is_age_split then 'unsplit' else group_code end as group_code,
        is_age_split,
        valid_from,
        valid_to,
        delivery_id,
        line_number
    from told
    where scheme in ('form_2009', 'form_2020', 'r0_2019') and (is_age_split or group_code is not null or certainty = 'unsplit')
),

left_out as (
    select distinct
        starting_point.municipality_code,
        starting_point.local_group_code,
        added.scheme
    from starting_point
    cross join unnest(['care_3', 'care_3b', 'bodo_4']) as added (scheme)
    anti join told
        on
            starting_point.municipality_code = told.municipality_code
            and starting_point.local_group_code = told.local_group_code
            and added.scheme = told.scheme
),

-- A code may change meaning on one day in one scheme and on another in the next.
change as (
    select
        municipality_code,
        local_group_code,
        valid_from as day
    from starting_point
    union
    select
        municipality_code,
        local_group_code,
        valid_to as day
    from starting_point
    where valid_to is not null
),

stretch as (
    select
        municipality_code,
        local_group_code,
        day as valid_from,
        lead(day) over (partition by municipality_code, local_group_code order by day) as valid_to
    from change
),

road as (
    select
        left_out.municipality_code,
        left_out.local_group_code,
        left_out.scheme,
        stretch.valid_from,
        stretch.valid_to,
        starting_point.local_label_nb,
        starting_point.is_age_split,
        edges.to_code,
        starting_point.delivery_id,
        starting_point.line_number
    from left_out
    inner join stretch on left_out.municipality_code = stretch.municipality_code and left_out.local_group_code = stretch.local_group_code
    inner join starting_point
        on
            left_out.municipality_code = starting_point.municipality_code
            and left_out.local_group_code = starting_point.local_group_code
            and {{ on_day('stretch.valid_from', 'starting_point.valid_from', 'starting_point.valid_to') }}
    left join edges
        on
            starting_point.scheme = edges.from_scheme
            and starting_point.group_code = edges.from_code
            and left_out.scheme = edges.to_scheme
),

met as (
    select
        municipality_code,
        local_group_code,
        scheme,
        valid_from,
        valid_to,
        min(local_label_nb) as local_label_nb,
        case when count(distinct to_code) = 1 then min(to_code) else 'unsplit' end as group_code,
        -- the groups of the split are those of care_3b under the same codes
        scheme = 'care_3b' and bool_or(is_age_split) and coalesce(bool_and(to_code = 'unsplit'), true) as is_age_split,
        min(delivery_id) as delivery_id,
        min(line_number) as line_number
    from road
    group by municipality_code, local_group_code, scheme, valid_from, valid_to
)

select
    met.municipality_code,
    met.local_group_code,
    met.local_label_nb,
    met.scheme,
    case
        when met.is_age_split then 'by_rule'
        when met.group_code in ('unsplit', 'no_place') then met.group_code
        else 'exact'
    end as certainty,
    case when not met.is_age_split then met.group_code end as group_code,
    met.is_age_split,
    coalesce(schemes.is_refugee, false) as is_refugee,
    met.valid_from,
    met.valid_to,
    met.delivery_id,
    met.line_number
from met
left join schemes on met.scheme = schemes.scheme and met.group_code = schemes.code
