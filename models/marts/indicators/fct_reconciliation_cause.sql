-- C169: the difference between two numbers that should agree, cause by cause: the amounts of a pair sum to its difference. Every cause of
-- the pair has a row, also where it explains nothing (0); a pair of which one side is not told has none.
with

pairs as (
    select * from {{ ref("int_indicators__reconciled_pair") }}
    where missing_reason is null
),

causes as (
    select * from {{ ref("reconciliation_cause") }}
),

members as (
    select * from {{ ref("fct_reconciliation_member") }}
),

summed as (
    select
        municipality_code,
        year,
        pair_id,
        cause_id,
        sum(amount) as amount,
        count(*) as member_count
    from members
    group by municipality_code, year, pair_id, cause_id
)

select
    pairs.municipality_code,
    pairs.year,
    pairs.pair_id,
    'all' as line_id,
    causes.cause_id,
    causes.label_nb as cause_label_nb,
    causes.definition_nb as cause_definition_nb,
    causes.sort_order,
    cast(coalesce(summed.amount, 0) as integer) as amount,
    cast(coalesce(summed.member_count, 0) as integer) as member_count
from pairs
inner join causes on pairs.pair_id = causes.pair_id
left join summed
    on
        pairs.municipality_code = summed.municipality_code
        and pairs.year = summed.year
        and pairs.pair_id = summed.pair_id
        and causes.cause_id = summed.cause_id
