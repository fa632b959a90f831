-- C169: numbers that should agree, side by side for each municipality and year: both, the difference and how large a part of the larger
-- one it is. Where a side is not told there is no difference, and it says why.
with

registers as (
    select * from {{ ref("int_indicators__reconciled_register") }}
),

lines as (
    select * from {{ ref("int_indicators__reconciled_line") }}
),

pairs as (
    select * from {{ ref("reconciliation_pair") }}
),

form_line as (
    select * from {{ ref("form_line") }}
),

municipality as (
    select * from {{ ref("dim_municipality") }}
),

sides as (
    select
        municipality_code,
        year,
        pair_id,
        'all' as line_id,
        left_count,
        right_count,
        missing_reason
    from registers
    union all
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        left_count,
        right_count,
        missing_reason
    from lines
)

select
    sides.municipality_code,
    municipality.municipality_name,
    sides.year,
    {{ last_of_year("sides.year") }} as reference_date,
    sides.pair_id,
    pairs.label_nb as pair_label_nb,
    pairs.sort_order,
    sides.line_id,
    coalesce(form_line.label_nb, 'I alt') as line_label_nb,
    coalesce(form_line.sort_order, 0) as line_sort_order,
    pairs.left_label_nb,
    pairs.right_label_nb,
    pairs.definition_nb,
    pairs.rule_id,
    sides.left_count,
    sides.right_count,
    sides.left_count - sides.right_count as difference,
    cast(
        (sides.left_count - sides.right_count) / nullif(greatest(sides.left_count, sides.right_count), 0) as decimal(9, 4)
    ) as difference_share,
    sides.missing_reason is null as is_told,
    sides.missing_reason,
    case
        when sides.missing_reason is not null
            then concat_ws(
                ': ',
                case
                    when sides.missing_reason = 'left_not_told' then pairs.left_label_nb
                    when sides.missing_reason in ('right_not_told', 'right_symbol') then pairs.right_label_nb
                end,
                {{ label_nb("reconciliation_missing", "sides.missing_reason") }}
            )
    end as missing_reason_label_nb
from sides
inner join pairs on sides.pair_id = pairs.pair_id
left join form_line on sides.line_id = form_line.line_id
left join municipality
    on
        sides.municipality_code = municipality.municipality_code
        and {{ on_day(last_of_year("sides.year"), "municipality.valid_from", "municipality.valid_to") }}
