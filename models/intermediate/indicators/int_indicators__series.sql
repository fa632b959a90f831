-- C100: which cell stands over and which under the line of each indicator, breakdown code and vintage. The denominator is that of the same
-- vintage, else the one that serves every vintage; of the same code, or the undivided one where the catalogue says `all`.
with

promised as (
    select
        indicator_id,
        numerator_measure,
        denominator_measure,
        denominator_breakdown,
        unit,
        multiplier,
        unnest(string_split(permitted_breakdowns, '|')) as breakdown
    from {{ ref("dim_indicator") }}
),

cell as (
    select * from {{ ref("int_indicators__cell") }}
),

over_the_line as (
    select
        promised.*,
        cell.cell_id as numerator_cell_id,
        cell.breakdown_code,
        cell.vintage,
        case promised.denominator_breakdown when 'all' then 'none' else promised.breakdown end as under_breakdown,
        case promised.denominator_breakdown when 'all' then 'all' else cell.breakdown_code end as under_code
    from promised
    inner join cell
        on promised.numerator_measure = cell.measure_id and promised.breakdown = cell.breakdown and cell.vintage <> 'all'
)

select
    cast(
        row_number() over (
            order by
                over_the_line.indicator_id, over_the_line.breakdown, over_the_line.breakdown_code, over_the_line.vintage
        ) as integer
    ) as series_id,
    over_the_line.indicator_id,
    breakdown.breakdown_key,
    over_the_line.breakdown,
    over_the_line.breakdown_code,
    over_the_line.vintage,
    over_the_line.unit,
    over_the_line.denominator_measure is not null as is_ratio,
    over_the_line.multiplier,
    over_the_line.numerator_cell_id,
    coalesce(same_vintage.cell_id, every_vintage.cell_id) as denominator_cell_id
from over_the_line
left join cell as same_vintage
    on
        over_the_line.denominator_measure = same_vintage.measure_id
        and over_the_line.under_breakdown = same_vintage.breakdown
        and over_the_line.under_code = same_vintage.breakdown_code
        and over_the_line.vintage = same_vintage.vintage
left join cell as every_vintage
    on
        over_the_line.denominator_measure = every_vintage.measure_id
        and over_the_line.under_breakdown = every_vintage.breakdown
        and over_the_line.under_code = every_vintage.breakdown_code
        and every_vintage.vintage = 'all'
left join {{ ref("dim_breakdown") }} as breakdown
    on over_the_line.breakdown = breakdown.breakdown and over_the_line.breakdown_code = breakdown.breakdown_code
