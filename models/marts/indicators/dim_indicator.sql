-- C100: the catalogue of indicators, one version of each. What is counted, when and by whom comes from the measure over the line.
select
    indicator.indicator_id,
    cast(indicator.version as integer) as version,
    indicator.theme,
    indicator.label_nb,
    indicator.label_en,
    indicator.definition,
    indicator.numerator_measure,
    numerator.label_en as numerator_label,
    indicator.denominator_measure,
    denominator.label_en as denominator_label,
    indicator.denominator_breakdown,
    indicator.unit,
    cast(indicator.multiplier as integer) as multiplier,
    indicator.polarity,
    numerator.population_counted,
    numerator.stock_or_flow,
    numerator.reference_date_rule,
    numerator.source,
    cast(indicator.first_year as integer) as first_year,
    cast(indicator.level_safe as boolean) as is_level_safe,
    cast(indicator.trend_safe as boolean) as is_trend_safe,
    cast(indicator.is_lumpy as boolean) as is_lumpy,
    cast(indicator.minimum_count as integer) as minimum_count,
    indicator.permitted_breakdowns,
    indicator.never_without_breakdown,
    -- Codes add up where they share what is under the line, and where no household stands under two of them.
    numerator.breakdowns is not null
    and coalesce(indicator.denominator_breakdown, 'all') = 'all'
    and indicator.never_without_breakdown is null as is_additive,
    indicator.related_indicator,
    indicator.caveat,
    indicator.report_ids,
    indicator.counting_rules
from {{ ref("indicator") }} as indicator
left join {{ ref("dim_measure") }} as numerator on indicator.numerator_measure = numerator.measure_id
left join {{ ref("dim_measure") }} as denominator on indicator.denominator_measure = denominator.measure_id
