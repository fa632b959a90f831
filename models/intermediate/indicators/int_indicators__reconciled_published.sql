-- C174: why the municipality's own number is not the published one, in this order: what was published is what was sent, the borders were
-- redrawn around the year, two publications are known to disagree.
with

sides as (
    select
        *,
        left_count - right_count as difference
    from {{ ref("int_indicators__reconciled_line") }}
    where pair_id = 'own_published' and missing_reason is null and left_count <> right_count
),

sent as (
    select * from {{ ref("int_form__sent") }}
),

borders as (
    select * from {{ ref("int_geography__border") }}
    where area_level = 'municipality'
),

line as (
    select * from {{ ref("form_line") }}
    where breakdown = 'none'
),

disagreement as (
    select
        indicator.numerator_measure as measure_id,
        known.area_code as municipality_code,
        known.year,
        max(abs(known.second_value - known.first_value)) as largest
    from {{ ref("published_disagreement") }} as known
    inner join {{ ref("indicator") }} as indicator on known.indicator_id = indicator.indicator_id
    where known.kind = 'level' and known.unit = 'count' and known.area_level = 'municipality' and indicator.denominator_measure is null
    group by indicator.numerator_measure, known.area_code, known.year
),

-- New borders hold from 1 January: they touch the figures of the year, and those of 31 December before, which are published on new codes.
redrawn as (
    select
        area_code as municipality_code,
        year
    from borders
    qualify border_number <> coalesce(lag(border_number) over (partition by area_code order by year), 0)
),

touched_year as (
    select
        municipality_code,
        year
    from redrawn
    union
    select
        municipality_code,
        year - 1 as year
    from redrawn
),

judged as (
    select
        sides.municipality_code,
        sides.year,
        sides.pair_id,
        sides.line_id,
        sides.difference,
        case
            when sent.line_count = sides.right_count then 'sent_so'
            when touched_year.municipality_code is not null then 'border_change'
            when disagreement.largest is not null then 'known_disagreement'
        end as cause_id,
        disagreement.largest
    from sides
    left join sent
        on sides.municipality_code = sent.municipality_code and sides.year = sent.year and sides.line_id = sent.line_id
    left join touched_year on sides.municipality_code = touched_year.municipality_code and sides.year = touched_year.year
    left join line on sides.line_id = line.line_id
    left join disagreement
        on
            line.measure_id = disagreement.measure_id
            and sides.municipality_code = disagreement.municipality_code
            and sides.year = disagreement.year
)

select
    municipality_code,
    year,
    pair_id,
    line_id,
    cause_id,
    cast(
        case
            when cause_id = 'known_disagreement' then sign(difference) * least(abs(difference), largest)
            else difference
        end as integer
    ) as amount
from judged
where cause_id is not null
