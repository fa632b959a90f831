-- C100: numerator and denominator of every indicator, municipality and year, under small keys. Where the numerator is missing nothing
-- stands under the line either; a denominator alone says nothing.
with

amount as (
    select
        measured.municipality_code,
        measured.year,
        cell.cell_id,
        measured.amount,
        status.status_rank,
        method.method_rank
    from {{ ref("int_indicators__measure") }} as measured
    inner join {{ ref("int_indicators__cell") }} as cell
        on
            measured.measure_id = cell.measure_id
            and measured.breakdown = cell.breakdown
            and measured.breakdown_code = cell.breakdown_code
            and measured.vintage = cell.vintage
    inner join {{ ref("figure_status") }} as status on measured.status = status.status
    inner join {{ ref("figure_method") }} as method on measured.method = method.method
),

counted as (
    select method_rank
    from {{ ref("figure_method") }}
    where method = 'counted'
),

several as (
    select method_rank
    from {{ ref("figure_method") }}
    where method = 'mixed'
)

select
    over_the_line.municipality_code,
    over_the_line.year,
    series.series_id,
    series.is_ratio,
    over_the_line.amount as numerator,
    case when over_the_line.amount is not null then under_the_line.amount end as denominator,
    greatest(over_the_line.status_rank, under_the_line.status_rank) as status_rank,
    case
        when over_the_line.amount is null or under_the_line.amount is null then over_the_line.method_rank
        when under_the_line.method_rank in (over_the_line.method_rank, counted.method_rank) then over_the_line.method_rank
        when over_the_line.method_rank = counted.method_rank then under_the_line.method_rank
        else several.method_rank
    end as method_rank
from amount as over_the_line
inner join {{ ref("int_indicators__series") }} as series on over_the_line.cell_id = series.numerator_cell_id
left join amount as under_the_line
    on
        series.denominator_cell_id = under_the_line.cell_id
        and over_the_line.municipality_code = under_the_line.municipality_code
        and over_the_line.year = under_the_line.year
cross join counted
cross join several
