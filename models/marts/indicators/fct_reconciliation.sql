-- C169: numbers that should agree, side by side for each municipality and year: both, the difference and how large a part of the larger
-- one it is. Where a side is not told there is no difference, and it says why.
with

pairs as (
    select * from {{ ref("int_indicators__reconciled_pair") }}
),

listed as (
    select * from {{ ref("reconciliation_pair") }}
),

municipality as (
    select * from {{ ref("dim_municipality") }}
),

unexplained as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        amount
    from {{ ref("fct_reconciliation_cause") }}
    where cause_id = 'unexplained'
)

select
    pairs.municipality_code,
    municipality.municipality_name,
    pairs.year,
    {{ last_of_year("pairs.year") }} as reference_date,
    pairs.pair_id,
    listed.label_nb as pair_label_nb,
    listed.sort_order,
    'all' as line_id,
    'I alt' as line_label_nb,
    listed.left_label_nb,
    listed.right_label_nb,
    listed.definition_nb,
    listed.rule_id,
    pairs.left_count,
    pairs.right_count,
    pairs.left_count - pairs.right_count as difference,
    cast(
        (pairs.left_count - pairs.right_count) / nullif(greatest(pairs.left_count, pairs.right_count), 0) as decimal(9, 4)
    ) as difference_share,
    unexplained.amount as unexplained_count,
    pairs.missing_reason is null as is_told,
    pairs.missing_reason,
    {{ label_nb("reconciliation_missing", "pairs.missing_reason") }} as missing_reason_label_nb
from pairs
inner join listed on pairs.pair_id = listed.pair_id
left join unexplained
    on
        pairs.municipality_code = unexplained.municipality_code
        and pairs.year = unexplained.year
        and pairs.pair_id = unexplained.pair_id
left join municipality
    on
        pairs.municipality_code = municipality.municipality_code
        and {{ on_day(last_of_year("pairs.year"), "municipality.valid_from", "municipality.valid_to") }}
