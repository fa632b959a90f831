-- C144, C145: each municipality among those it is compared with: its place, the share of the others that lie below it, and the middle of
-- the group. Polarity only tells whether it lies on the better side of the median. Levels that the catalogue calls unsafe have no place.
with

told as (
    select *
    from {{ ref("fct_indicator") }}
    where area_level = 'municipality'
),

-- The columns that say which figures are compared become one number.
comparable as (
    select
        told.year,
        told.indicator_id,
        told.breakdown,
        told.breakdown_code,
        told.vintage,
        min(told.breakdown_key) as breakdown_key,
        min(told.unit) as unit,
        min(indicator.polarity) as polarity,
        bool_and(indicator.is_level_safe) as is_level_safe,
        row_number() over () as comparable_number
    from told
    inner join {{ ref("dim_indicator") }} as indicator on told.indicator_id = indicator.indicator_id
    group by told.year, told.indicator_id, told.breakdown, told.breakdown_code, told.vintage
),

figure as (
    select
        comparable.comparable_number,
        told.area_code as municipality_code,
        told.year,
        told.value,
        told.status,
        case when comparable.is_level_safe then told.value end as rank_value
    from told
    inner join comparable
        on
            told.year = comparable.year
            and told.indicator_id = comparable.indicator_id
            and told.breakdown = comparable.breakdown
            and told.breakdown_code = comparable.breakdown_code
            and told.vintage = comparable.vintage
),

municipality as (
    select
        area_code as municipality_code,
        year,
        min(area_name) as municipality_name
    from told
    group by area_code, year
),

member as (
    select
        area_year.area_year_id,
        member.municipality_code,
        member.year
    from {{ ref("int_geography__area_member") }} as member
    inner join {{ ref("int_indicators__area_year") }} as area_year
        on
            member.area_level = area_year.area_level
            and member.area_code = area_year.area_code
            and member.year = area_year.year
    where member.area_level not in ('municipality', 'municipality_today')
),

-- Rows of short columns, since there are ten times as many of them as figures. What was not told has no rank value and comes last.
candidate as (
    select
        member.area_year_id,
        figure.*
    from figure
    inner join member on figure.municipality_code = member.municipality_code and figure.year = member.year
),

placed as (
    select
        *,
        rank() over among_peers - 1 as below_count,
        -- with those that are equal, this one among them
        round(cume_dist() over among_peers * count(*) over (partition by area_year_id, comparable_number)) as up_to_count
    from candidate
    window among_peers as (partition by area_year_id, comparable_number order by rank_value asc nulls last)
),

middle as (
    select
        area_year_id,
        comparable_number,
        count(rank_value) as peer_count,
        quantile_cont(rank_value, [0.25, 0.5, 0.75]) as quartiles
    from candidate
    group by area_year_id, comparable_number
),

found as (
    select
        area_year.area_level as peer_level,
        area_year.area_code as peer_code,
        area_year.area_name as peer_name,
        area_year.municipality_total_count as member_count,
        municipality.municipality_name,
        placed.municipality_code,
        placed.year,
        placed.value,
        placed.status,
        placed.rank_value,
        placed.below_count,
        placed.up_to_count,
        comparable.indicator_id,
        comparable.breakdown_key,
        comparable.breakdown,
        comparable.breakdown_code,
        comparable.vintage,
        comparable.unit,
        comparable.polarity,
        middle.peer_count,
        middle.quartiles,
        case
            when placed.value is null then 'missing'
            when not comparable.is_level_safe then 'level_not_safe'
            when middle.peer_count < {{ var("fewest_peers") }} then 'few_peers'
        end as reason
    from placed
    inner join comparable on placed.comparable_number = comparable.comparable_number
    inner join municipality on placed.municipality_code = municipality.municipality_code and placed.year = municipality.year
    inner join {{ ref("int_indicators__area_year") }} as area_year on placed.area_year_id = area_year.area_year_id
    inner join middle on placed.area_year_id = middle.area_year_id and placed.comparable_number = middle.comparable_number
)

select
    peer_level,
    {{ value_beside(
        "peer_level", "levels.area_level", "levels.label_nb", ref("area_level") ~ " as levels", "true"
    ) }} as peer_level_label_nb,
    peer_code,
    peer_name,
    municipality_code,
    municipality_name,
    cast(year as integer) as year,
    indicator_id,
    breakdown_key,
    breakdown,
    breakdown_code,
    vintage,
    value,
    unit,
    status,
    cast(case when rank_value is not null then peer_count - up_to_count + 1 end as integer) as rank,
    -- the share of the others that lie below: percent_rank
    cast(case when reason is null then below_count * 1.0 / (peer_count - 1) end as decimal(9, 6)) as percentile,
    cast(peer_count as integer) as peer_count,
    cast(member_count as integer) as member_count,
    cast(quartiles[1] as decimal(18, 6)) as peer_q25,
    cast(quartiles[2] as decimal(18, 6)) as peer_median,
    cast(quartiles[3] as decimal(18, 6)) as peer_q75,
    case
        when reason is not null then null
        when polarity = 'higher_is_better' then rank_value > quartiles[2]
        when polarity = 'lower_is_better' then rank_value < quartiles[2]
    end as is_better_than_median,
    reason,
    {{ label_nb("rank_reason", "reason") }} as reason_label_nb
from found
