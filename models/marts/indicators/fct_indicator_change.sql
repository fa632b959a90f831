-- C141-C143: each figure against the year before, against base years, and against the first year of its series and the first after its last
-- break. All of it is formed from the figures of the area, which are sums: never from changes of its municipalities.
with

series as (
    select
        area_level,
        area_code,
        indicator_id,
        breakdown,
        breakdown_code,
        vintage,
        row_number() over () as series_number
    from {{ ref("fct_indicator") }}
    group by area_level, area_code, indicator_id, breakdown, breakdown_code, vintage
),

-- The columns of a series are compared once; from here on its number stands for them.
figure as (
    select
        series.series_number,
        figure.area_level,
        figure.area_code,
        figure.area_name,
        figure.year,
        figure.indicator_id,
        figure.breakdown_key,
        figure.breakdown,
        figure.breakdown_code,
        figure.vintage,
        figure.value,
        figure.unit,
        figure.status,
        figure.municipality_count,
        figure.municipality_total_count,
        indicator.is_trend_safe,
        coalesce(segment.segment_number, 0) as segment_number,
        coalesce(border.border_number, 0) as border_number
    from {{ ref("fct_indicator") }} as figure
    inner join series
        on
            figure.area_level = series.area_level
            and figure.area_code = series.area_code
            and figure.indicator_id = series.indicator_id
            and figure.breakdown = series.breakdown
            and figure.breakdown_code = series.breakdown_code
            and figure.vintage = series.vintage
    inner join {{ ref("dim_indicator") }} as indicator on figure.indicator_id = indicator.indicator_id
    left join {{ ref("int_indicators__segment") }} as segment
        on
            figure.indicator_id = segment.indicator_id
            and figure.breakdown = segment.breakdown
            and figure.vintage = segment.vintage
            and figure.year = segment.year
    left join {{ ref("int_geography__border") }} as border
        on
            figure.area_level = border.area_level
            and figure.area_code = border.area_code
            and figure.year = border.year
),

-- Only what was told can be a base.
base as (
    select
        series_number,
        segment_number,
        year,
        value,
        status,
        municipality_count,
        municipality_total_count,
        border_number
    from figure
    where value is not null
),

vintage_start as (
    select
        vintage,
        min(year) as first_year
    from figure
    group by vintage
),

-- A base year that no figure of the vintage comes near is not asked for.
asked as (
    select
        vintage_start.vintage,
        wanted.base_year
    from vintage_start
    inner join ({{ integers(var("indicator_base_years"), "base_year") }}) as wanted
        on vintage_start.first_year <= wanted.base_year + {{ var("base_replacement_years") }}
),

asked_base as (
    select
        base.series_number,
        asked.base_year,
        min(base.year) as base_year_used
    from base
    inner join (select distinct base_year from asked) as asked
        on base.year between asked.base_year and asked.base_year + {{ var("base_replacement_years") }}
    group by base.series_number, asked.base_year
),

first_base as (
    select
        series_number,
        min(year) as base_year
    from base
    group by series_number
),

first_base_after_break as (
    select
        series_number,
        segment_number,
        min(year) as base_year
    from base
    where segment_number > 0
    group by series_number, segment_number
),

pair as (
    select
        figure.*,
        'year_on_year' as change_kind,
        figure.year - 1 as base_year,
        figure.year - 1 as base_year_used
    from figure
    inner join vintage_start on figure.vintage = vintage_start.vintage and figure.year > vintage_start.first_year
    union all
    select
        figure.*,
        'base_year' as change_kind,
        asked.base_year,
        asked_base.base_year_used
    from figure
    inner join asked on figure.vintage = asked.vintage and figure.year > asked.base_year
    left join asked_base
        on
            figure.series_number = asked_base.series_number
            and asked.base_year = asked_base.base_year
            and figure.year > asked_base.base_year_used
    -- what is divided would be ten times as many pairs, and few are read
    where figure.breakdown in ({{ texts(var("indicator_base_breakdowns")) }})
    union all
    select
        figure.*,
        'first_year' as change_kind,
        first_base.base_year,
        first_base.base_year as base_year_used
    from figure
    inner join first_base on figure.series_number = first_base.series_number and figure.year > first_base.base_year
    union all
    select
        figure.*,
        'since_break' as change_kind,
        first_base_after_break.base_year,
        first_base_after_break.base_year as base_year_used
    from figure
    inner join first_base_after_break
        on
            figure.series_number = first_base_after_break.series_number
            and figure.segment_number = first_base_after_break.segment_number
            and figure.year > first_base_after_break.base_year
),

compared as (
    select
        pair.*,
        base.year as told_base_year,
        base.value as base_value,
        base.status as base_status,
        base.municipality_count as base_municipality_count,
        base.municipality_total_count as base_municipality_total_count,
        coalesce(
            base.municipality_count <> pair.municipality_count
            or base.municipality_total_count <> pair.municipality_total_count
            or base.border_number <> pair.border_number,
            false
        ) as has_other_municipalities,
        coalesce(base.segment_number <> pair.segment_number, false) as crosses_break
    from pair
    left join base on pair.series_number = base.series_number and pair.base_year_used = base.year
),

judged as (
    select
        *,
        case
            when value is null then 'missing'
            when base_value is null then 'base_missing'
            when not is_trend_safe then 'trend_not_safe'
            {%- if not var("changes_across_breaks") %}
            when crosses_break then 'series_break'
            {%- endif %}
            when unit <> 'share' and base_value = 0 then 'base_zero'
            when unit <> 'share' and base_value < 0 then 'base_negative'
        end as reason
    from compared
)

select
    area_level,
    area_code,
    area_name,
    cast(year as integer) as year,
    indicator_id,
    breakdown_key,
    breakdown,
    breakdown_code,
    vintage,
    change_kind,
    {{ label_nb("change_kind", "change_kind") }} as change_kind_label_nb,
    cast(base_year as integer) as base_year,
    cast(told_base_year as integer) as base_year_used,
    coalesce(told_base_year <> base_year, false) as is_base_replaced,
    base_value,
    value,
    unit,
    -- from zero there is a step, though no percent
    cast(case when unit <> 'share' and (reason is null or reason like 'base%') then value - base_value end as decimal(18, 6))
        as change_absolute,
    cast(case when unit <> 'share' and reason is null then (cast(value as double) - base_value) * 100 / base_value end as decimal(18, 4))
        as change_percent,
    cast(case when unit = 'share' and reason is null then (value - base_value) * 100 end as decimal(18, 4)) as change_points,
    reason,
    {{ label_nb("change_reason", "reason") }} as reason_label_nb,
    crosses_break,
    base_status,
    status,
    cast(base_municipality_count as integer) as base_municipality_count,
    cast(base_municipality_total_count as integer) as base_municipality_total_count,
    cast(municipality_count as integer) as municipality_count,
    cast(municipality_total_count as integer) as municipality_total_count,
    has_other_municipalities
from judged
