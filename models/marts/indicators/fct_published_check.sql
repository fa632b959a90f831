-- C134-C136: what became of every check on published figures: recomputed rates, sums and ranges, our own figure beside the published one,
-- the preliminary beside the final one. Nothing is mended: a contradiction is told and both figures stay.
with

published as (
    select * from {{ ref("int_published__figure") }}
    where not serves_every_vintage
),

own_measure as (
    select
        'measure' as target_kind,
        measure_id as target_id,
        municipality_code as area_code,
        year,
        breakdown,
        breakdown_code,
        amount as value
    from {{ ref("int_indicators__measure") }}
    where vintage = 'own_register'
),

own_indicator as (
    select
        'indicator' as target_kind,
        indicator_id as target_id,
        area_code,
        year,
        breakdown,
        breakdown_code,
        value
    from {{ ref("fct_indicator") }}
    where area_level = 'municipality' and vintage = 'own_register'
),

own as (
    select * from own_measure
    union all
    select * from own_indicator
),

-- C136: the municipality's own deliveries beside what was published of it; without a row there is nothing to compare.
own_check as (
    select
        published.area_level,
        published.area_code,
        published.year,
        published.vintage,
        published.target_kind,
        published.target_id,
        published.breakdown,
        published.breakdown_code,
        published.amount,
        published.lower_amount,
        published.upper_amount,
        own.value as compared_value,
        case
            when published.status = 'suppressed' then 'suppressed'
            when published.amount is null then 'no_published_figure'
            when own.value is null then 'no_own_figure'
        end as reason
    from published
    inner join own
        on
            published.target_kind = own.target_kind
            and published.target_id = own.target_id
            and published.area_code = own.area_code
            and published.year = own.year
            and published.breakdown = own.breakdown
            and published.breakdown_code = own.breakdown_code
    where published.area_level = 'municipality'
),

-- What was published first beside what was published in the end.
vintage_check as (
    select
        preliminary.area_level,
        preliminary.area_code,
        preliminary.year,
        preliminary.vintage,
        preliminary.target_kind,
        preliminary.target_id,
        preliminary.breakdown,
        preliminary.breakdown_code,
        preliminary.amount,
        preliminary.lower_amount,
        preliminary.upper_amount,
        final.amount as compared_value,
        final.lower_amount as compared_lower,
        final.upper_amount as compared_upper,
        case
            when 'suppressed' in (preliminary.status, final.status) then 'suppressed'
            when preliminary.amount is null or final.amount is null then 'no_published_figure'
        end as reason
    from published as preliminary
    inner join published as final
        on
            preliminary.target_kind = final.target_kind
            and preliminary.target_id = final.target_id
            and preliminary.area_level = final.area_level
            and preliminary.area_code = final.area_code
            and preliminary.year = final.year
            and preliminary.breakdown = final.breakdown
            and preliminary.breakdown_code = final.breakdown_code
    where preliminary.vintage = 'published_preliminary' and final.vintage = 'published_final'
),

checked as (
    select
        'rate_recomputed' as check_kind,
        'parts' as compared_with,
        area_level,
        area_code,
        year,
        vintage,
        target_kind,
        target_id,
        breakdown,
        breakdown_code,
        published_value,
        published_lower,
        published_upper,
        compared_value,
        compared_lower,
        compared_upper,
        outcome,
        reason
    from {{ ref("int_indicators__rate_check") }}
    union all
    select
        check_kind,
        compared_with,
        area_level,
        area_code,
        year,
        vintage,
        target_kind,
        target_id,
        breakdown,
        breakdown_code,
        published_value,
        published_lower,
        published_upper,
        compared_value,
        compared_lower,
        compared_upper,
        outcome,
        reason
    from {{ ref("int_indicators__sum_check") }}
    union all
    select
        'own_against_published' as check_kind,
        'own_register' as compared_with,
        area_level,
        area_code,
        year,
        vintage,
        target_kind,
        target_id,
        breakdown,
        breakdown_code,
        amount as published_value,
        lower_amount as published_lower,
        upper_amount as published_upper,
        compared_value,
        compared_value as compared_lower,
        compared_value as compared_upper,
        case
            when reason is not null then 'not_checkable'
            when compared_value between lower_amount and upper_amount then 'agrees'
            else 'differs'
        end as outcome,
        reason
    from own_check
    union all
    select
        'preliminary_against_final' as check_kind,
        'published_final' as compared_with,
        area_level,
        area_code,
        year,
        vintage,
        target_kind,
        target_id,
        breakdown,
        breakdown_code,
        amount as published_value,
        lower_amount as published_lower,
        upper_amount as published_upper,
        compared_value,
        compared_lower,
        compared_upper,
        case
            when reason is not null then 'not_checkable'
            when amount = compared_value then 'agrees'
            else 'differs'
        end as outcome,
        reason
    from vintage_check
)

select
    checked.check_kind,
    {{ label_nb("published_check", "checked.check_kind") }} as check_kind_label_nb,
    checked.compared_with,
    checked.area_level,
    checked.area_code,
    area.area_name,
    checked.year,
    checked.vintage,
    checked.target_kind,
    checked.target_id,
    coalesce(measured.label_nb, indicator.label_nb) as target_label_nb,
    checked.breakdown,
    checked.breakdown_code,
    cast(checked.published_value as decimal(18, 6)) as published_value,
    cast(checked.published_lower as decimal(18, 6)) as published_lower,
    cast(checked.published_upper as decimal(18, 6)) as published_upper,
    cast(checked.compared_value as decimal(18, 6)) as compared_value,
    cast(checked.compared_lower as decimal(18, 6)) as compared_lower,
    cast(checked.compared_upper as decimal(18, 6)) as compared_upper,
    cast(checked.compared_value - checked.published_value as decimal(18, 6)) as difference,
    cast(
        (checked.compared_value - checked.published_value) / nullif(checked.published_value, 0) as decimal(18, 6)
    ) as difference_share,
    checked.outcome,
    {{ label_nb("published_outcome", "checked.outcome") }} as outcome_label_nb,
    checked.reason,
    {{ label_nb("published_reason", "checked.reason") }} as reason_label_nb
from checked
left join {{ ref("int_indicators__area_year") }} as area
    on checked.area_level = area.area_level and checked.area_code = area.area_code and checked.year = area.year
left join {{ ref("dim_measure") }} as measured on checked.target_kind = 'measure' and checked.target_id = measured.measure_id
left join {{ ref("dim_indicator") }} as indicator on checked.target_kind = 'indicator' and checked.target_id = indicator.indicator_id
