-- C148, C149: what was aimed at and what came of it, for each vintage of the figures.
-- Judgements by people stand beside it as they were made.
with

target as (
    select * from {{ ref("target") }}
),

vintage as (
    select distinct vintage from {{ ref("fct_indicator") }}
),

-- A target for every year is judged in each year up to its last one, the others in the target year.
judged_year as (
    select
        target_id,
        target_year as year
    from target
    where judged_over <> 'every_year'
    union all
    select
        target.target_id,
        cast(series_year.year as integer) as year
    from target
    cross join {{ int_series("target.first_year", "target.target_year", "year") }}
    where target.judged_over = 'every_year'
),

figure as (
    select
        target.target_id,
        figure.vintage,
        figure.year,
        figure.value,
        figure.status,
        figure.municipality_count,
        figure.municipality_total_count,
        coalesce(segment.segment_number, 0) as segment_number
    from {{ ref("fct_indicator") }} as figure
    inner join target
        on
            figure.indicator_id = target.indicator_id
            and figure.breakdown = target.breakdown
            and figure.breakdown_code = target.breakdown_code
            and figure.area_level = target.area_level
            and figure.area_code = target.area_code
    left join {{ ref("int_indicators__segment") }} as segment
        on
            figure.indicator_id = segment.indicator_id
            and figure.breakdown = segment.breakdown
            and figure.vintage = segment.vintage
            and figure.year = segment.year
    where figure.value is not null
),

wanted as (
    select
        target.*,
        vintage.vintage,
        judged_year.year,
        coalesce(target.first_year, target.base_year + 1, 0) as from_year
    from target
    inner join judged_year on target.target_id = judged_year.target_id
    cross join vintage
),

-- The figure of the year, or the last one before it: that tells how far it has come and decides nothing.
reached as (
    select
        wanted.target_id,
        wanted.vintage,
        wanted.year,
        max(figure.year) as year_used,
        max_by(figure.value, figure.year) as last_value,
        sum(figure.value) as sum_value,
        count(*) as told_year_count,
        max_by(figure.status, figure.year) as status,
        max_by(figure.segment_number, figure.year) as segment_number,
        max_by(figure.municipality_count, figure.year) as municipality_count,
        max_by(figure.municipality_total_count, figure.year) as municipality_total_count,
        max_by(figure.municipality_count < figure.municipality_total_count, figure.year) as is_last_incomplete,
        bool_or(figure.municipality_count < figure.municipality_total_count) as is_any_incomplete
    from wanted
    inner join figure
        on
            wanted.target_id = figure.target_id
            and wanted.vintage = figure.vintage
            and figure.year between wanted.from_year and wanted.year
    group by wanted.target_id, wanted.vintage, wanted.year
),

-- Of several judgements the last one that speaks of the year or of one before.
judgement as (
    select
        judged_year.target_id,
        judged_year.year,
        told.judgement,
        told.judged_by,
        told.judged_date,
        told.source as judgement_source,
        told.note as judgement_note
    from judged_year
    inner join {{ ref("target_judgement") }} as told on judged_year.target_id = told.target_id and judged_year.year >= told.year
    qualify
        row_number() over (
            partition by judged_year.target_id, judged_year.year order by told.judged_date desc, told.year desc, told.judged_by
        ) = 1
),

measured as (
    select
        wanted.*,
        area.area_name,
        area.is_area_complete,
        indicator.unit,
        indicator.never_without_breakdown,
        reached.year_used,
        case wanted.judged_over when 'cumulative' then reached.sum_value else reached.last_value end as actual_value,
        reached.told_year_count,
        reached.status,
        reached.municipality_count,
        reached.municipality_total_count,
        base.value as base_value,
        coalesce(base.segment_number <> reached.segment_number, false) as crosses_break,
        -- What some of the municipalities tell says nothing about all of them.
        case wanted.judged_over when 'cumulative' then reached.is_any_incomplete else reached.is_last_incomplete end
        or (wanted.amount_kind = 'relative_change' and base.municipality_count < base.municipality_total_count) as is_incomplete,
        case wanted.amount_kind when 'relative_change' then base.value * (1 + wanted.amount) else wanted.amount end as target_value,
        judgement.judgement,
        judgement.judged_by,
        judgement.judged_date,
        judgement.judgement_source,
        judgement.judgement_note
    from wanted
    left join {{ ref("dim_area") }} as area on wanted.area_level = area.area_level and wanted.area_code = area.area_code
    left join {{ ref("dim_indicator") }} as indicator on wanted.indicator_id = indicator.indicator_id
    left join reached
        on
            wanted.target_id = reached.target_id
            and wanted.vintage = reached.vintage
            and wanted.year = reached.year
    left join figure as base
        on
            wanted.target_id = base.target_id
            and wanted.vintage = base.vintage
            and wanted.base_year = base.year
    left join judgement on wanted.target_id = judgement.target_id and wanted.year = judgement.year
),

held as (
    select
        *,
        case operator
            when 'at_least' then actual_value >= target_value
            when 'more_than' then actual_value > target_value
            when 'at_most' then actual_value <= target_value
        end as is_met
    from measured
),

decided as (
    select
        *,
        case
            when indicator_id is null then 'no_indicator'
            when breakdown = 'none' and never_without_breakdown is not null then 'never_alone'
            -- what has been added up cannot become less
            when judged_over = 'cumulative' and is_met then null
            when not is_area_complete then 'membership_incomplete'
            when year > {{ year_of(as_of_date()) }} then 'not_yet'
            when year_used is null or year_used < year then 'missing'
            when judged_over = 'cumulative' and told_year_count <= year - first_year then 'missing'
            when amount_kind = 'relative_change' and base_value is null then 'base_missing'
            -- too many in some of the municipalities are too many in all of them
            when operator = 'at_most' and amount_kind = 'value' and unit = 'count' and not is_met then null
            when is_incomplete then 'area_incomplete'
            {%- if not var("changes_across_breaks") %}
            when amount_kind = 'relative_change' and crosses_break then 'series_break'
            {%- endif %}
            when amount_kind = 'relative_change' and base_value = 0 then 'base_zero'
        end as reason
    from held
)

select
    target_id,
    label_nb,
    label_en,
    indicator_id,
    breakdown,
    breakdown_code,
    area_level,
    area_code,
    area_name,
    vintage,
    cast(year as integer) as year,
    judged_over,
    {{ label_nb("target_judged_over", "judged_over") }} as judged_over_label_nb,
    operator,
    {{ label_nb("target_operator", "operator") }} as operator_label_nb,
    amount_kind,
    cast(amount as decimal(18, 6)) as amount,
    unit,
    cast(base_year as integer) as base_year,
    base_value,
    cast(target_value as decimal(18, 6)) as target_value,
    cast(actual_value as decimal(18, 6)) as actual_value,
    cast(year_used as integer) as year_used,
    cast(actual_value - target_value as decimal(18, 6)) as distance,
    case when reason is not null then 'not_measurable' when is_met then 'achieved' else 'not_achieved' end as outcome,
    {{ label_nb("target_outcome", "outcome") }} as outcome_label_nb,
    reason,
    {{ label_nb("target_reason", "reason") }} as reason_label_nb,
    crosses_break,
    status,
    cast(municipality_count as integer) as municipality_count,
    cast(municipality_total_count as integer) as municipality_total_count,
    printed_text,
    source,
    other_reading_of,
    judgement,
    {{ label_nb("target_judgement", "judgement") }} as judgement_label_nb,
    judged_by,
    judged_date,
    judgement_source,
    judgement_note
from decided
