-- Every indicator for municipalities, counties and the country: sums of numerators over sums of denominators of those that delivered (C50).
with

part as (
    select
        part.*,
        indicator.unit,
        indicator.multiplier,
        part.status <> 'missing' as is_delivered,
        -- A ratio without a denominator must not lend its numerator to a sum.
        part.status <> 'missing' and (indicator.unit = 'count' or part.denominator is not null) as is_complete
    from {{ ref("int_indicators__part") }} as part
    left join {{ ref("dim_indicator") }} as indicator on part.indicator_id = indicator.indicator_id
),

area_part as (
    select
        'municipality' as area_level,
        part.municipality_code as area_code,
        part.*
    from part
    union all
    select
        'county' as area_level,
        left(part.municipality_code, 2) as area_code,
        part.*
    from part
    union all
    select
        'country' as area_level,
        '0' as area_code,
        part.*
    from part
),

-- Municipalities that exist on the reference day, whether they delivered or not.
existing as (
    select
        reported.year,
        municipality.municipality_code,
        municipality.municipality_name,
        municipality.county_code,
        municipality.county_name
    from (select distinct part.year from part) as reported
    inner join {{ ref("dim_municipality") }} as municipality
        on {{ on_day(last_of_year("reported.year"), "municipality.valid_from", "municipality.valid_to") }}
),

area as (
    select
        'municipality' as area_level,
        municipality_code as area_code,
        municipality_name as area_name,
        year,
        1 as municipality_total_count
    from existing
    union all
    select
        'county' as area_level,
        county_code as area_code,
        min(county_name) as area_name,
        year,
        count(*) as municipality_total_count
    from existing
    group by county_code, year
    union all
    select
        'country' as area_level,
        '0' as area_code,
        'Hele landet' as area_name,
        year,
        count(*) as municipality_total_count
    from existing
    group by year
),

summed as (
    select
        area_level,
        area_code,
        year,
        indicator_id,
        breakdown,
        breakdown_code,
        unit,
        multiplier,
        -- Where no municipality has a denominator the numerators stand alone and the value is missing.
        bool_or(is_complete) as has_complete,
        sum(numerator) filter (where is_complete) as complete_numerator,
        sum(numerator) as any_numerator,
        bool_or(is_delivered) as has_delivered,
        sum(denominator) filter (where is_complete) as denominator,
        count(*) filter (where is_complete) as complete_count,
        count(*) filter (where is_delivered) as any_count,
        bool_or(status = 'estimated') filter (where is_complete) as is_estimated,
        min(method) filter (where is_complete) as first_method,
        max(method) filter (where is_complete) as last_method
    from area_part
    group by area_level, area_code, year, indicator_id, breakdown, breakdown_code, unit, multiplier
),

figure as (
    select
        area_level,
        area_code,
        year,
        indicator_id,
        breakdown,
        breakdown_code,
        unit,
        multiplier,
        denominator,
        case when has_complete then complete_numerator else any_numerator end as numerator,
        case when has_complete then complete_count else any_count end as municipality_count,
        case when is_estimated then 'estimated' when has_complete then 'observed' else 'missing' end as status,
        case
            when not has_delivered then 'none'
            when not has_complete then 'counted'
            when first_method = last_method then first_method
            else 'mixed'
        end as method
    from summed
)

select
    figure.area_level,
    figure.area_code,
    area.area_name,
    cast(figure.year as integer) as year,
    figure.indicator_id,
    {{ surrogate_key(["figure.breakdown", "figure.breakdown_code"]) }} as breakdown_key,
    figure.breakdown,
    figure.breakdown_code,
    'own_register' as vintage,
    cast(figure.numerator as decimal(18, 2)) as numerator,
    cast(figure.denominator as decimal(18, 2)) as denominator,
    {{ indicator_value("figure.numerator", "figure.denominator", "figure.unit", "figure.multiplier") }} as value,
    figure.unit,
    {{ indicator_symbol("figure.numerator", "figure.denominator", "figure.unit") }} as symbol,
    figure.status,
    figure.method,
    cast(figure.municipality_count as integer) as municipality_count,
    cast(area.municipality_total_count as integer) as municipality_total_count,
    {{ last_of_year("figure.year") }} as reference_date
from figure
left join area
    on
        figure.area_level = area.area_level
        and figure.area_code = area.area_code
        and figure.year = area.year
