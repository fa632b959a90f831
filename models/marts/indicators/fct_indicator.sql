-- Every indicator for every area: sums of numerators over sums of denominators of those that have both (C50, C101), and the figures that no
-- sum gives (C103). Small numbers of people are marked (C104). The sums are made under small keys; names and labels are joined last.
with

member as (
    select
        area_year.area_year_id,
        area_year.is_single,
        area_year.is_convertible,
        area_member.municipality_code,
        area_member.year,
        area_member.weight
    from {{ ref("int_geography__area_member") }} as area_member
    inner join {{ ref("int_indicators__area_year") }} as area_year
        on
            area_member.area_level = area_year.area_level
            and area_member.area_code = area_year.area_code
            and area_member.year = area_year.year
),

part as (
    select
        *,
        -- A ratio without a denominator must not lend its numerator to a sum.
        numerator is not null and (denominator is not null or not is_ratio) as is_complete
    from {{ ref("int_indicators__part") }}
),

status as (
    select * from {{ ref("figure_status") }}
),

method as (
    select * from {{ ref("figure_method") }}
),

-- C104: which side of the line tells of people.
people as (
    select
        indicator.indicator_id,
        coalesce(over_the_line.is_of_people, false) as is_over_the_line,
        coalesce(under_the_line.is_of_people, false) as is_under_the_line
    from {{ ref("dim_indicator") }} as indicator
    left join {{ ref("dim_measure") }} as over_the_line on indicator.numerator_measure = over_the_line.measure_id
    left join {{ ref("dim_measure") }} as under_the_line on indicator.denominator_measure = under_the_line.measure_id
),

-- An area that is one whole municipality needs no sum.
single as (
    select
        member.area_year_id,
        part.series_id,
        part.is_complete as has_complete,
        part.numerator,
        part.denominator,
        cast(part.numerator is not null as integer) as municipality_count,
        part.status_rank,
        part.method_rank
    from part
    inner join member on part.municipality_code = member.municipality_code and part.year = member.year
    where member.is_single and member.is_convertible
),

-- C102: a part of a municipality is an estimate.
weighted as (
    select
        member.area_year_id,
        part.series_id,
        cast(part.numerator * member.weight as decimal(18, 2)) as numerator,
        cast(part.denominator * member.weight as decimal(18, 2)) as denominator,
        part.is_complete,
        greatest(part.status_rank, status.status_rank) as status_rank,
        case when part.numerator is null then part.method_rank else method.method_rank end as method_rank
    from part
    inner join member on part.municipality_code = member.municipality_code and part.year = member.year
    cross join status
    cross join method
    where
        not member.is_single
        and member.is_convertible
        and member.weight < 1
        and status.status = 'estimated'
        and method.method = 'split_by_weight'
),

to_sum as (
    select
        member.area_year_id,
        part.series_id,
        part.numerator,
        part.denominator,
        part.is_complete,
        part.status_rank,
        part.method_rank
    from part
    inner join member on part.municipality_code = member.municipality_code and part.year = member.year
    where not member.is_single and member.is_convertible and member.weight = 1
    union all
    select
        area_year_id,
        series_id,
        numerator,
        denominator,
        is_complete,
        status_rank,
        method_rank
    from weighted
),

summed as (
    select
        area_year_id,
        series_id,
        bool_or(is_complete) as has_complete,
        sum(numerator) filter (where is_complete) as complete_numerator,
        sum(numerator) as any_numerator,
        sum(denominator) filter (where is_complete) as denominator,
        count(*) filter (where is_complete) as complete_count,
        count(numerator) as any_count,
        max(status_rank) filter (where is_complete) as complete_status_rank,
        max(status_rank) as any_status_rank,
        min(method_rank) as any_method_rank,
        min(method_rank) filter (where is_complete) as first_method_rank,
        max(method_rank) filter (where is_complete) as last_method_rank
    from to_sum
    group by area_year_id, series_id
),

-- C102: what cannot be brought to the borders of today is missing and says why.
not_convertible as (
    select distinct
        member.area_year_id,
        part.series_id
    from part
    inner join member on part.municipality_code = member.municipality_code and part.year = member.year
    where not member.is_convertible
),

figure as (
    select
        area_year_id,
        series_id,
        has_complete,
        numerator,
        denominator,
        municipality_count,
        status_rank,
        method_rank
    from single
    union all
    -- Where no municipality has a denominator the numerators stand alone and the value is missing.
    select
        summed.area_year_id,
        summed.series_id,
        summed.has_complete,
        cast(
            case when summed.has_complete then summed.complete_numerator else summed.any_numerator end as decimal(18, 2)
        ) as numerator,
        cast(summed.denominator as decimal(18, 2)) as denominator,
        case when summed.has_complete then summed.complete_count else summed.any_count end as municipality_count,
        case when summed.has_complete then summed.complete_status_rank else summed.any_status_rank end as status_rank,
        case
            when not summed.has_complete then summed.any_method_rank
            when summed.first_method_rank = summed.last_method_rank then summed.first_method_rank
            else method.method_rank
        end as method_rank
    from summed
    cross join method
    where method.method = 'mixed'
    union all
    select
        not_convertible.area_year_id,
        not_convertible.series_id,
        false as has_complete,
        null as numerator,
        null as denominator,
        0 as municipality_count,
        null as status_rank,
        method.method_rank
    from not_convertible
    cross join method
    where method.method = 'split_not_convertible'
),

direct as (
    select
        area_year.area_year_id,
        series.series_id,
        direct.area_level,
        direct.area_code,
        coalesce(area_year.area_name, area.area_name) as area_name,
        direct.year,
        direct.indicator_id,
        breakdown.breakdown_key,
        direct.breakdown,
        direct.breakdown_code,
        direct.vintage,
        direct.numerator,
        direct.denominator,
        direct.value,
        indicator.unit,
        direct.symbol,
        direct.status,
        direct.method,
        coalesce(area_year.municipality_total_count, 0) as municipality_total_count,
        -- A published figure is of the whole area.
        coalesce(direct.municipality_count, area_year.municipality_total_count, 0) as municipality_count
    from {{ ref("int_indicators__direct_figure") }} as direct
    left join {{ ref("int_indicators__area_year") }} as area_year
        on
            direct.area_level = area_year.area_level
            and direct.area_code = area_year.area_code
            and direct.year = area_year.year
    left join {{ ref("dim_area") }} as area on direct.area_level = area.area_level and direct.area_code = area.area_code
    left join {{ ref("dim_indicator") }} as indicator on direct.indicator_id = indicator.indicator_id
    left join {{ ref("int_indicators__series") }} as series
        on
            direct.indicator_id = series.indicator_id
            and direct.breakdown = series.breakdown
            and direct.breakdown_code = series.breakdown_code
            and direct.vintage = series.vintage
    left join {{ ref("dim_breakdown") }} as breakdown
        on direct.breakdown = breakdown.breakdown and direct.breakdown_code = breakdown.breakdown_code
),

rolled_up as (
    select
        area_year.area_level,
        area_year.area_code,
        area_year.area_name,
        area_year.year,
        series.indicator_id,
        series.breakdown_key,
        series.breakdown,
        series.breakdown_code,
        series.vintage,
        figure.numerator,
        figure.denominator,
        {{ indicator_value("figure.numerator", "figure.denominator", "series.is_ratio", "series.multiplier") }} as computed_value,
        series.unit,
        figure.has_complete,
        -- Without both parts there is no figure: it was kept back, or it is missing.
        case
            when figure.has_complete or status.status = 'suppressed' then status.status
            else 'missing'
        end as status,
        -- What was published for municipalities was not published for the area that holds them.
        case
            when method.method <> 'published' then method.method
            when area_year.is_single and area_year.area_level in ('municipality', 'municipality_today') then method.method
            else 'published_summed'
        end as method,
        figure.municipality_count,
        area_year.municipality_total_count
    from figure
    inner join {{ ref("int_indicators__area_year") }} as area_year on figure.area_year_id = area_year.area_year_id
    inner join {{ ref("int_indicators__series") }} as series on figure.series_id = series.series_id
    left join status on figure.status_rank = status.status_rank
    inner join method on figure.method_rank = method.method_rank
    where
        not exists (
            select 1
            from direct
            where direct.area_year_id = figure.area_year_id and direct.series_id = figure.series_id
        )
),

figure_of_area as (
    select
        area_level,
        area_code,
        area_name,
        year,
        indicator_id,
        breakdown_key,
        breakdown,
        breakdown_code,
        vintage,
        numerator,
        denominator,
        case when has_complete then computed_value end as value,
        unit,
        case
            when has_complete and computed_value is not null then null
            when has_complete then '.'
            when status = 'suppressed' then ':'
            else '..'
        end as symbol,
        status,
        method,
        cast(municipality_count as integer) as municipality_count,
        municipality_total_count,
        {{ last_of_year("year") }} as reference_date
    from rolled_up
    union all
    select
        area_level,
        area_code,
        area_name,
        year,
        indicator_id,
        breakdown_key,
        breakdown,
        breakdown_code,
        vintage,
        numerator,
        denominator,
        value,
        unit,
        symbol,
        status,
        method,
        case when value is null then 0 else municipality_count end as municipality_count,
        municipality_total_count,
        {{ last_of_year("year") }} as reference_date
    from direct
)

select
    figure_of_area.area_level,
    figure_of_area.area_code,
    figure_of_area.area_name,
    figure_of_area.year,
    figure_of_area.indicator_id,
    figure_of_area.breakdown_key,
    figure_of_area.breakdown,
    figure_of_area.breakdown_code,
    figure_of_area.vintage,
    figure_of_area.numerator,
    figure_of_area.denominator,
    figure_of_area.value,
    figure_of_area.unit,
    figure_of_area.symbol,
    coalesce(
        people.is_over_the_line and {{ is_small_number("figure_of_area.numerator") }}
        or people.is_under_the_line and {{ is_small_number("figure_of_area.denominator") }},
        false
    ) as is_small_number,
    figure_of_area.status,
    figure_of_area.method,
    figure_of_area.municipality_count,
    figure_of_area.municipality_total_count,
    figure_of_area.reference_date
from figure_of_area
left join people on figure_of_area.indicator_id = people.indicator_id
