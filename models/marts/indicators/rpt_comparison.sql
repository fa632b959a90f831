-- C157: each figure of a municipality beside that of an area it belongs to, and its place there. Nothing is counted anew: figures of areas
-- are those of fct_indicator, places those of fct_indicator_rank.
with

rank as (
    select * from {{ ref("fct_indicator_rank") }}
),

indicator as (
    select
        indicator.*,
        -- What is counted adds up to the area: the municipality is a part of it, neither above nor below.
        indicator.denominator_measure is null and measure.breakdowns is not null as is_total
    from {{ ref("dim_indicator") }} as indicator
    inner join {{ ref("dim_measure") }} as measure on indicator.numerator_measure = measure.measure_id
),

area_figure as (
    select * from {{ ref("fct_indicator") }}
    where area_level <> 'municipality'
),

compared as (
    select
        rank.*,
        indicator.theme,
        indicator.label_nb as indicator_label_nb,
        indicator.is_total,
        indicator.is_level_safe,
        indicator.is_level_safe and not indicator.is_total as has_distance,
        area_figure.value as area_value,
        area_figure.symbol as area_symbol,
        area_figure.status as area_status,
        area_figure.municipality_count as area_municipality_count,
        area_figure.municipality_total_count as area_municipality_total_count
    from rank
    inner join indicator on rank.indicator_id = indicator.indicator_id
    left join area_figure
        on
            rank.peer_level = area_figure.area_level
            and rank.peer_code = area_figure.area_code
            and rank.year = area_figure.year
            and rank.indicator_id = area_figure.indicator_id
            and rank.breakdown = area_figure.breakdown
            and rank.breakdown_code = area_figure.breakdown_code
            and rank.vintage = area_figure.vintage
    where {{ is_told_in_reports("indicator", "rank") }}
)

select
    compared.municipality_code,
    compared.municipality_name,
    compared.year,
    compared.theme,
    {{ label_nb("theme", "compared.theme") }} as theme_label_nb,
    compared.indicator_id,
    compared.indicator_label_nb,
    compared.breakdown,
    breakdown.breakdown_label_nb,
    compared.breakdown_code,
    breakdown.label_nb as breakdown_code_label_nb,
    compared.vintage,
    {{ label_nb("vintage", "compared.vintage") }} as vintage_label_nb,
    compared.peer_level as comparison_level,
    compared.peer_level_label_nb as comparison_level_label_nb,
    compared.peer_code as comparison_code,
    compared.peer_name as comparison_name,
    compared.unit,
    compared.value,
    compared.status,
    compared.area_value,
    compared.area_symbol,
    compared.area_status,
    compared.is_total,
    case when compared.has_distance and compared.unit <> 'share' then compared.value - compared.area_value end as difference,
    cast(
        case when compared.has_distance and compared.unit = 'share' then (compared.value - compared.area_value) * 100 end as decimal(18, 4)
    ) as difference_points,
    -- No ratio beside an area without any, of what lies below zero, or of a total that others below zero make smaller than its part.
    cast(
        case
            when
                compared.is_level_safe
                and compared.value >= 0
                and compared.area_value > 0
                and (not compared.is_total or compared.value <= compared.area_value)
                then cast(compared.value as double) / compared.area_value
        end as decimal(18, 6)
    ) as ratio,
    compared.rank,
    compared.percentile,
    compared.peer_count,
    compared.peer_median,
    compared.is_better_than_median,
    compared.reason,
    compared.reason_label_nb,
    compared.area_municipality_count,
    compared.area_municipality_total_count
from compared
left join {{ ref("dim_breakdown") }} as breakdown on compared.breakdown_key = breakdown.breakdown_key
