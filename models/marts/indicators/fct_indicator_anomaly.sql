-- C146, C147: jumps in the series of a municipality, and what became of them. What is a jump stands in the seed anomaly_bound.
{%- set returned_part = 0.25 %}
{%- set fewest_under_the_line = 10 %}
with

figure as (
    select
        figure.area_code as municipality_code,
        figure.area_name as municipality_name,
        figure.year,
        figure.indicator_id,
        figure.breakdown_key,
        figure.breakdown,
        figure.breakdown_code,
        figure.vintage,
        figure.value,
        figure.unit,
        figure.status,
        indicator.is_lumpy,
        -- How much one of the unit is in what is counted: one for sums, unknown for a rate that was published without its parts.
        case
            when indicator.denominator_measure is null then 1
            else cast(figure.denominator as double) / indicator.multiplier
        end as counted_per_unit,
        bound.jump_ratio,
        bound.minimum_step,
        coalesce(bound.chance_factor, 0) as chance_factor,
        coalesce(segment.segment_number, 0) as segment_number
    from {{ ref("fct_indicator") }} as figure
    inner join {{ ref("dim_indicator") }} as indicator on figure.indicator_id = indicator.indicator_id
    inner join {{ ref("anomaly_bound") }} as bound on figure.unit = bound.unit
    left join {{ ref("int_indicators__segment") }} as segment
        on
            figure.indicator_id = segment.indicator_id
            and figure.breakdown = segment.breakdown
            and figure.vintage = segment.vintage
            and figure.year = segment.year
    where
        figure.area_level = 'municipality'
        and figure.value is not null
        and coalesce(figure.denominator, {{ fewest_under_the_line }}) >= {{ fewest_under_the_line }}
),

beside as (
    select
        *,
        lag(year) over series as year_1,
        lag(value) over series as value_1,
        lag(segment_number) over series as segment_1,
        lag(year, 2) over series as year_2,
        lag(value, 2) over series as value_2,
        lag(segment_number, 2) over series as segment_2,
        lead(year) over series as year_3,
        lead(value) over series as value_3,
        lead(segment_number) over series as segment_3
    from figure
    window series as (partition by municipality_code, indicator_id, breakdown, breakdown_code, vintage order by year)
),

-- A year that was not told, and one on the other side of a break, is no neighbour.
neighbour as (
    select
        *,
        case when year_2 = year - 2 and segment_2 = segment_number then value_2 end as value_before_previous,
        case when year_3 = year + 1 and segment_3 = segment_number then value_3 end as next_value,
        value - value_1 as jump
    from beside
    where year_1 = year - 1 and segment_1 = segment_number
),

-- A level that was itself in motion before is a trend, or the way back from a jump.
jumped as (
    select *
    from neighbour
    where
        abs(jump) > 0
        and abs(jump) >= (jump_ratio - 1) * least(abs(value), abs(value_1))
        and abs(jump) * counted_per_unit >= minimum_step
        -- what people and dwellings do by chance alone grows with the square root of their number
        and abs(jump) * counted_per_unit >= chance_factor * sqrt((abs(value) + abs(value_1)) * counted_per_unit)
        and abs(value_1 - coalesce(value_before_previous, value_1)) <= {{ returned_part }} * abs(jump)
),

-- Of a level with one known year nobody can say that it moved for good.
judged as (
    select
        *,
        case
            when next_value is null then 'open_jump'
            when abs(next_value - value_1) <= {{ returned_part }} * abs(jump) then 'spike'
            when value_before_previous is not null and abs(next_value - value) <= {{ returned_part }} * abs(jump) then 'level_shift'
        end as anomaly_kind
    from jumped
)

select
    municipality_code,
    municipality_name,
    cast(year as integer) as year,
    indicator_id,
    breakdown_key,
    breakdown,
    breakdown_code,
    vintage,
    anomaly_kind,
    {{ label_nb("anomaly_kind", "anomaly_kind") }} as anomaly_kind_label_nb,
    case when jump > 0 then 'up' else 'down' end as direction,
    is_lumpy,
    -- What comes in lumps stands out now and then, and is back the next year.
    anomaly_kind = 'spike' and not is_lumpy as is_likely_error,
    value_1 as previous_value,
    value,
    next_value,
    unit,
    cast(abs(jump) * counted_per_unit as decimal(18, 2)) as counted_step,
    status
from judged
where anomaly_kind is not null
