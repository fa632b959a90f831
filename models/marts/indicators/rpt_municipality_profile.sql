-- C156: the newest figure of every indicator of a municipality, what it was before, and how it compares: with county, KOSTRA group and
-- country, and with what was aimed at. All of it is read from the marts of indicators; nothing is counted anew.
with

-- Where nothing has changed since the year, the figure of the municipality is also that of today's borders.
on_todays_borders as (
    select
        municipality_code,
        year
    from {{ ref("int_geography__conversion") }}
    where kind = 'same'
),

figure_on_todays_borders as (
    select
        figure.area_code,
        figure.year,
        figure.indicator_id,
        figure.breakdown,
        figure.breakdown_code,
        figure.vintage
    from {{ ref("fct_indicator") }} as figure
    inner join on_todays_borders on figure.area_code = on_todays_borders.municipality_code and figure.year = on_todays_borders.year
    where figure.area_level = 'municipality_today'
),

newest as (
    select
        figure.*,
        indicator.theme,
        indicator.label_nb as indicator_label_nb,
        indicator.caveat,
        indicator.minimum_count,
        max(figure.year) over (partition by figure.area_code, figure.vintage) as newest_year
    from {{ ref("fct_indicator") }} as figure
    inner join {{ ref("dim_indicator") }} as indicator on figure.indicator_id = indicator.indicator_id
    where figure.area_level = 'municipality' and {{ is_told_in_reports("indicator", "figure") }}
    qualify
        row_number() over (
            partition by figure.area_code, figure.indicator_id, figure.breakdown, figure.breakdown_code, figure.vintage
            order by figure.year desc
        ) = 1
),

-- The years before are those on today's borders, through renumbering and mergers. What no sum gives has none (C103), nor has what ended.
figure as (
    select
        newest.*,
        figure_on_todays_borders.area_code is not null as is_on_todays_borders,
        case when figure_on_todays_borders.area_code is not null then 'municipality_today' else 'municipality' end as series_level
    from newest
    left join figure_on_todays_borders
        on
            newest.area_code = figure_on_todays_borders.area_code
            and newest.year = figure_on_todays_borders.year
            and newest.indicator_id = figure_on_todays_borders.indicator_id
            and newest.breakdown = figure_on_todays_borders.breakdown
            and newest.breakdown_code = figure_on_todays_borders.breakdown_code
            and newest.vintage = figure_on_todays_borders.vintage
),

-- Changes since base years are not told here. The sum of some of those that became the municipality is not the municipality.
change as (
    select
        area_level,
        area_code,
        year,
        indicator_id,
        breakdown,
        breakdown_code,
        vintage,
        change_kind,
        base_year,
        case when base_municipality_count = base_municipality_total_count then base_value end as base_value,
        case when base_municipality_count = base_municipality_total_count then change_percent end as change_percent,
        case when base_municipality_count = base_municipality_total_count then change_points end as change_points,
        case when base_municipality_count < base_municipality_total_count then 'base_incomplete' else reason end as reason
    from {{ ref("fct_indicator_change") }}
    where area_level in ('municipality', 'municipality_today') and change_kind <> 'base_year'
),

year_on_year as (
    select * from change
    where change_kind = 'year_on_year'
),

-- Since when: the first year of the series, or of its stretch after the last break.
since as (
    select * from change
    where change_kind in ('first_year', 'since_break')
    qualify
        row_number() over (
            partition by area_level, area_code, year, indicator_id, breakdown, breakdown_code, vintage
            order by change_kind = 'since_break' desc
        ) = 1
),

comparison as (
    select * from {{ ref("rpt_comparison") }}
),

target as (
    select * from {{ ref("fct_target") }}
    where area_level in ('municipality', 'country')
),

-- Of several targets the municipality's own, else the one judged nearest to the year of the figure, the one that has come rather than the
-- next; of two readings the one that is not called another reading.
leading_target as (
    select
        figure.area_code,
        target.*,
        count(distinct target.target_id) over (
            partition by figure.area_code, figure.indicator_id, figure.breakdown, figure.breakdown_code, figure.vintage
        ) as target_count
    from figure
    inner join target
        on
            figure.indicator_id = target.indicator_id
            and figure.breakdown = target.breakdown
            and figure.breakdown_code = target.breakdown_code
            and figure.vintage = target.vintage
            and (target.area_level = 'country' or figure.area_code = target.area_code)
    qualify
        row_number() over (
            partition by figure.area_code, figure.indicator_id, figure.breakdown, figure.breakdown_code, figure.vintage
            order by
                target.area_level = 'municipality' desc,
                target.year <= figure.year desc,
                abs(target.year - figure.year),
                target.other_reading_of is not null,
                target.target_id
        ) = 1
)

select
    figure.area_code as municipality_code,
    figure.area_name as municipality_name,
    municipality.current_code as current_municipality_code,
    figure.year,
    figure.year = figure.newest_year as is_newest_year,
    figure.theme,
    {{ label_nb("theme", "figure.theme") }} as theme_label_nb,
    figure.indicator_id,
    figure.indicator_label_nb,
    figure.breakdown,
    breakdown.breakdown_label_nb,
    figure.breakdown_code,
    breakdown.label_nb as breakdown_code_label_nb,
    figure.vintage,
    {{ label_nb("vintage", "figure.vintage") }} as vintage_label_nb,
    figure.unit,
    {{ label_nb("unit", "figure.unit") }} as unit_label_nb,
    figure.value,
    figure.symbol,
    figure.status,
    figure.is_on_todays_borders,
    year_on_year.base_value as previous_value,
    year_on_year.change_percent,
    year_on_year.change_points,
    {{ label_nb("change_reason", "year_on_year.reason") }} as change_reason_label_nb,
    since.base_year as since_year,
    since.base_value as since_value,
    since.change_percent as change_percent_since,
    since.change_points as change_points_since,
    {{ label_nb("change_reason", "since.reason") }} as since_reason_label_nb,
    {%- for level in ["county", "kostra_group", "country"] %}
    {%- if level != "country" %}
    {{ level }}.comparison_code as {{ level }}_code,
    {{ level }}.comparison_name as {{ level }}_name,
    {%- endif %}
    {{ level }}.area_value as {{ level }}_value,
    {{ level }}.area_municipality_count as {{ level }}_municipality_count,
    {{ level }}.rank as {{ level }}_rank,
    {{ level }}.peer_count as {{ level }}_peer_count,
    {%- endfor %}
    kostra_group.is_better_than_median as is_better_than_kostra_group_median,
    leading_target.target_id,
    leading_target.label_nb as target_label_nb,
    leading_target.area_level as target_area_level,
    leading_target.year as target_year,
    leading_target.target_value,
    leading_target.outcome as target_outcome,
    leading_target.outcome_label_nb as target_outcome_label_nb,
    leading_target.reason_label_nb as target_reason_label_nb,
    cast(coalesce(leading_target.target_count, 0) as integer) as target_count,
    coalesce(figure.denominator < figure.minimum_count, false) as is_below_minimum_count,
    figure.caveat
from figure
left join {{ ref("dim_breakdown") }} as breakdown on figure.breakdown_key = breakdown.breakdown_key
left join {{ ref("dim_municipality") }} as municipality
    on
        figure.area_code = municipality.municipality_code
        and {{ on_day("figure.reference_date", "municipality.valid_from", "municipality.valid_to") }}
left join year_on_year
    on
        figure.series_level = year_on_year.area_level
        and figure.area_code = year_on_year.area_code
        and figure.year = year_on_year.year
        and figure.indicator_id = year_on_year.indicator_id
        and figure.breakdown = year_on_year.breakdown
        and figure.breakdown_code = year_on_year.breakdown_code
        and figure.vintage = year_on_year.vintage
left join since
    on
        figure.series_level = since.area_level
        and figure.area_code = since.area_code
        and figure.year = since.year
        and figure.indicator_id = since.indicator_id
        and figure.breakdown = since.breakdown
        and figure.breakdown_code = since.breakdown_code
        and figure.vintage = since.vintage
{%- for level in ["county", "kostra_group", "country"] %}
left join comparison as {{ level }}
    on
        figure.area_code = {{ level }}.municipality_code
        and figure.year = {{ level }}.year
        and figure.indicator_id = {{ level }}.indicator_id
        and figure.breakdown = {{ level }}.breakdown
        and figure.breakdown_code = {{ level }}.breakdown_code
        and figure.vintage = {{ level }}.vintage
        and {{ level }}.comparison_level = '{{ level }}'
{%- endfor %}
left join leading_target
    on
        figure.area_code = leading_target.area_code
        and figure.indicator_id = leading_target.indicator_id
        and figure.breakdown = leading_target.breakdown
        and figure.breakdown_code = leading_target.breakdown_code
        and figure.vintage = leading_target.vintage
