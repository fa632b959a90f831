-- C134: every published rate against the rate that its published parts give. All are rounded: the rate lies between two bounds, and so
-- does the quotient of its parts. A contradiction is only where the two have no value in common. Estimated denominators prove nothing.
with

figure as (
    select * from {{ ref("int_published__figure") }}
),

indicator as (
    select * from {{ ref("dim_indicator") }}
    where denominator_measure is not null
),

rate as (
    select
        figure.*,
        indicator.numerator_measure,
        indicator.denominator_measure,
        indicator.multiplier,
        case indicator.denominator_breakdown when 'all' then 'none' else figure.breakdown end as under_breakdown,
        case indicator.denominator_breakdown when 'all' then 'all' else figure.breakdown_code end as under_code
    from figure
    inner join indicator on figure.target_id = indicator.indicator_id
    where figure.target_kind = 'indicator'
),

-- KOSTRA groups are told in the division of each year, ours is that of one year: their denominators are not ours.
rated_area as (
    select distinct
        area_level,
        area_code,
        year
    from rate
    where area_level in ('municipality', 'county', 'country', 'country_without_oslo')
),

member as (
    select
        area.area_level,
        area.area_code,
        area.year,
        member.municipality_code,
        count(*) over (partition by area.area_level, area.area_code, area.year) as member_count
    from rated_area as area
    inner join {{ ref("int_geography__area_member") }} as member
        on area.area_level = member.area_level and area.area_code = member.area_code and area.year = member.year
),

-- Denominators that serve every vintage, of the whole area or not at all.
common as (
    select
        member.area_level,
        member.area_code,
        member.year,
        measured.measure_id,
        measured.breakdown,
        measured.breakdown_code,
        sum(measured.amount) as amount,
        bool_or(measured.status = 'estimated') as is_estimated
    from {{ ref("int_indicators__measure") }} as measured
    inner join member on measured.municipality_code = member.municipality_code and measured.year = member.year
    where measured.vintage = 'all'
    group by
        member.area_level, member.area_code, member.year, member.member_count,
        measured.measure_id, measured.breakdown, measured.breakdown_code
    having count(measured.amount) = member.member_count
),

with_parts as (
    select
        rate.area_level,
        rate.area_code,
        rate.year,
        rate.vintage,
        rate.target_kind,
        rate.target_id,
        rate.breakdown,
        rate.breakdown_code,
        rate.amount,
        rate.lower_amount,
        rate.upper_amount,
        rate.status,
        rate.multiplier,
        over_the_line.amount as over_amount,
        over_the_line.lower_amount as over_lower,
        over_the_line.upper_amount as over_upper,
        coalesce(under_the_line.amount, common.amount) as under_amount,
        coalesce(under_the_line.lower_amount, common.amount) as under_lower,
        coalesce(under_the_line.upper_amount, common.amount) as under_upper,
        under_the_line.amount is null and coalesce(common.is_estimated, false) as is_estimated,
        'suppressed' in (rate.status, over_the_line.status, under_the_line.status) as is_suppressed
    from rate
    left join figure as over_the_line
        on
            over_the_line.target_kind = 'measure'
            and rate.numerator_measure = over_the_line.target_id
            and rate.breakdown = over_the_line.breakdown
            and rate.breakdown_code = over_the_line.breakdown_code
            and rate.area_level = over_the_line.area_level
            and rate.area_code = over_the_line.area_code
            and rate.year = over_the_line.year
            and rate.vintage = over_the_line.vintage
    left join figure as under_the_line
        on
            under_the_line.target_kind = 'measure'
            and rate.denominator_measure = under_the_line.target_id
            and rate.under_breakdown = under_the_line.breakdown
            and rate.under_code = under_the_line.breakdown_code
            and rate.area_level = under_the_line.area_level
            and rate.area_code = under_the_line.area_code
            and rate.year = under_the_line.year
            and rate.vintage = under_the_line.vintage
    left join common
        on
            rate.denominator_measure = common.measure_id
            and rate.under_breakdown = common.breakdown
            and rate.under_code = common.breakdown_code
            and rate.area_level = common.area_level
            and rate.area_code = common.area_code
            and rate.year = common.year
),

bounded as (
    select
        *,
        case
            when coalesce(is_suppressed, false) then 'suppressed'
            when amount is null then 'no_published_figure'
            when over_amount is null then 'no_numerator'
            when under_amount is null then 'no_denominator'
            when under_lower <= 0 then 'denominator_zero'
            when is_estimated then 'denominator_estimated'
        end as reason,
        {{ ratio("over_amount", "under_amount", "multiplier") }} as compared_amount,
        {{ ratio("over_lower", "under_upper", "multiplier") }} as compared_lower,
        {{ ratio("over_upper", "under_lower", "multiplier") }} as compared_upper
    from with_parts
)

select
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
    compared_amount as compared_value,
    compared_lower,
    compared_upper,
    case
        when reason is not null then 'not_checkable'
        when {{ intervals_meet("lower_amount", "upper_amount", "compared_lower", "compared_upper") }} then 'agrees'
        else 'contradiction'
    end as outcome,
    reason
from bounded
