-- C135: published totals against their parts. Counts add up: the codes of a breakdown to the undivided count, municipalities and counties
-- to the area they make up. Shares that make up a whole add up to one within n times half a unit. The rate of an area lies between the
-- smallest and the largest of its parts. Where parts are kept back or missing only a sum that is too large already contradicts.
with

figure as (
    select * from {{ ref("int_published__figure") }}
    where not serves_every_vintage
),

-- How many codes make up the whole, by year.
whole as (
    select
        coalesce(measure_id, indicator_id) as target_id,
        breakdown,
        breakdown_code,
        coalesce(first_year, 0) as first_year,
        coalesce(last_year, 9999) as last_year
    from {{ ref("published_content") }}
    where makes_whole
),

code_sum as (
    select
        figure.area_level,
        figure.area_code,
        figure.year,
        figure.vintage,
        figure.target_kind,
        figure.target_id,
        figure.breakdown,
        count(figure.amount) as known_count,
        sum(figure.amount) as amount,
        sum(figure.lower_amount) as lower_amount,
        sum(figure.upper_amount) as upper_amount,
        bool_or(figure.status = 'suppressed') as is_suppressed
    from figure
    where figure.makes_whole
    group by
        figure.area_level, figure.area_code, figure.year, figure.vintage, figure.target_kind, figure.target_id, figure.breakdown
),

code_count as (
    select
        code_sum.area_level,
        code_sum.area_code,
        code_sum.year,
        code_sum.vintage,
        code_sum.target_kind,
        code_sum.target_id,
        code_sum.breakdown,
        count(distinct whole.breakdown_code) as part_count
    from code_sum
    inner join whole
        on
            code_sum.target_id = whole.target_id
            and code_sum.breakdown = whole.breakdown
            and code_sum.year between whole.first_year and whole.last_year
    group by all
),

by_codes as (
    select
        case code_sum.target_kind when 'measure' then 'parts_sum' else 'shares_sum' end as check_kind,
        code_sum.breakdown as compared_with,
        code_sum.area_level,
        code_sum.area_code,
        code_sum.year,
        code_sum.vintage,
        code_sum.target_kind,
        code_sum.target_id,
        'none' as breakdown,
        'all' as breakdown_code,
        case code_sum.target_kind when 'measure' then total.amount else 1 end as amount,
        case code_sum.target_kind when 'measure' then total.lower_amount else 1 end as lower_amount,
        case code_sum.target_kind when 'measure' then total.upper_amount else 1 end as upper_amount,
        code_sum.amount as compared_amount,
        code_sum.lower_amount as compared_lower,
        code_sum.upper_amount as compared_upper,
        code_sum.known_count = code_count.part_count as is_whole,
        code_sum.is_suppressed
    from code_sum
    inner join code_count
        on
            code_sum.area_level = code_count.area_level
            and code_sum.area_code = code_count.area_code
            and code_sum.year = code_count.year
            and code_sum.vintage = code_count.vintage
            and code_sum.target_id = code_count.target_id
            and code_sum.breakdown = code_count.breakdown
    left join figure as total
        on
            code_sum.target_kind = total.target_kind
            and code_sum.target_id = total.target_id
            and code_sum.area_level = total.area_level
            and code_sum.area_code = total.area_code
            and code_sum.year = total.year
            and code_sum.vintage = total.vintage
            and total.breakdown = 'none'
),

-- What an area is made up of: its municipalities, and the country of its counties. KOSTRA groups are told in the division of each year,
-- ours is that of one year: they are left out.
published_area as (
    select distinct
        area_level,
        area_code,
        year
    from figure
    where area_level in ('county', 'country', 'country_without_oslo')
),

part_area as (
    select
        area.area_level,
        area.area_code,
        area.year,
        'municipality' as part_level,
        member.municipality_code as part_code
    from published_area as area
    inner join {{ ref("int_geography__area_member") }} as member
        on area.area_level = member.area_level and area.area_code = member.area_code and area.year = member.year
    union all
    select
        area.area_level,
        area.area_code,
        area.year,
        'county' as part_level,
        county.area_code as part_code
    from published_area as area
    inner join {{ ref("int_indicators__area_year") }} as county on area.year = county.year
    where area.area_level = 'country' and county.area_level = 'county'
),

part_count as (
    select
        area_level,
        area_code,
        year,
        part_level,
        count(*) as part_count
    from part_area
    group by area_level, area_code, year, part_level
),

area_sum as (
    select
        part_area.area_level,
        part_area.area_code,
        part_area.year,
        part_area.part_level,
        figure.vintage,
        figure.target_kind,
        figure.target_id,
        figure.breakdown,
        figure.breakdown_code,
        count(figure.amount) as known_count,
        sum(figure.amount) as amount,
        sum(figure.lower_amount) as sum_lower,
        sum(figure.upper_amount) as sum_upper,
        min(figure.lower_amount) as least_lower,
        max(figure.upper_amount) as largest_upper,
        bool_or(figure.status = 'suppressed') as is_suppressed
    from part_area
    inner join figure
        on
            part_area.part_level = figure.area_level
            and part_area.part_code = figure.area_code
            and part_area.year = figure.year
    group by all
),

by_areas as (
    select
        case total.target_kind when 'measure' then 'areas_sum' else 'rate_in_range' end as check_kind,
        area_sum.part_level as compared_with,
        total.area_level,
        total.area_code,
        total.year,
        total.vintage,
        total.target_kind,
        total.target_id,
        total.breakdown,
        total.breakdown_code,
        total.amount,
        total.lower_amount,
        total.upper_amount,
        case total.target_kind when 'measure' then area_sum.amount end as compared_amount,
        case total.target_kind when 'measure' then area_sum.sum_lower else area_sum.least_lower end as compared_lower,
        case total.target_kind when 'measure' then area_sum.sum_upper else area_sum.largest_upper end as compared_upper,
        area_sum.known_count = part_count.part_count as is_whole,
        area_sum.is_suppressed
    from figure as total
    inner join area_sum
        on
            total.area_level = area_sum.area_level
            and total.area_code = area_sum.area_code
            and total.year = area_sum.year
            and total.vintage = area_sum.vintage
            and total.target_kind = area_sum.target_kind
            and total.target_id = area_sum.target_id
            and total.breakdown = area_sum.breakdown
            and total.breakdown_code = area_sum.breakdown_code
    inner join part_count
        on
            area_sum.area_level = part_count.area_level
            and area_sum.area_code = part_count.area_code
            and area_sum.year = part_count.year
            and area_sum.part_level = part_count.part_level
),

compared as (
    select * from by_codes
    union all
    select * from by_areas
)

select
    compared.check_kind,
    compared.compared_with,
    compared.area_level,
    compared.area_code,
    compared.year,
    compared.vintage,
    compared.target_kind,
    compared.target_id,
    compared.breakdown,
    compared.breakdown_code,
    compared.amount as published_value,
    compared.lower_amount as published_lower,
    compared.upper_amount as published_upper,
    compared.compared_amount as compared_value,
    compared.compared_lower,
    compared.compared_upper,
    case
        when compared.amount is null or compared.compared_lower is null then 'not_checkable'
        when
            compared.is_whole
            and {{ intervals_meet("compared.lower_amount", "compared.upper_amount", "compared.compared_lower", "compared.compared_upper") }}
            then 'agrees'
        when compared.is_whole then 'contradiction'
        when compared.check_kind <> 'rate_in_range' and compared.compared_lower > compared.upper_amount then 'contradiction'
        else 'not_checkable'
    end as outcome,
    case
        when compared.amount is null then 'no_published_figure'
        when compared.compared_lower is null or not compared.is_whole
            then case when compared.is_suppressed then 'suppressed' else 'parts_missing' end
    end as reason
from compared
