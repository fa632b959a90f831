-- C169: the difference between two numbers that should agree, cause by cause: the amounts of a pair sum to its difference. Every cause of
-- the pair has a row, also where it explains nothing (0); a pair of which one side is not told has none. Where single rows cannot be held
-- together, what no cause explains is the rest (C174).
with

told as (
    select * from {{ ref("fct_reconciliation") }}
    where is_told
),

causes as (
    select * from {{ ref("reconciliation_cause") }}
),

members as (
    select * from {{ ref("fct_reconciliation_member") }}
),

published as (
    select * from {{ ref("int_indicators__reconciled_published") }}
),

found as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        cause_id,
        sum(amount) as amount,
        count(*) as member_count
    from members
    group by municipality_code, year, pair_id, line_id, cause_id
    union all
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        cause_id,
        amount,
        0 as member_count
    from published
),

explained as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        sum(amount) as amount
    from found
    group by municipality_code, year, pair_id, line_id
),

each_cause as (
    select
        told.municipality_code,
        told.year,
        told.pair_id,
        told.line_id,
        told.difference,
        causes.cause_id,
        causes.label_nb,
        causes.definition_nb,
        causes.sort_order,
        causes.cause_id = 'unexplained' and not causes.has_members as is_rest
    from told
    inner join causes on told.pair_id = causes.pair_id
)

select
    each_cause.municipality_code,
    each_cause.year,
    each_cause.pair_id,
    each_cause.line_id,
    each_cause.cause_id,
    each_cause.label_nb as cause_label_nb,
    each_cause.definition_nb as cause_definition_nb,
    each_cause.sort_order,
    cast(
        case
            when each_cause.is_rest then each_cause.difference - coalesce(explained.amount, 0)
            else coalesce(found.amount, 0)
        end as integer
    ) as amount,
    cast(coalesce(found.member_count, 0) as integer) as member_count
from each_cause
left join found
    on
        each_cause.municipality_code = found.municipality_code
        and each_cause.year = found.year
        and each_cause.pair_id = found.pair_id
        and each_cause.line_id = found.line_id
        and each_cause.cause_id = found.cause_id
left join explained
    on
        each_cause.is_rest
        and each_cause.municipality_code = explained.municipality_code
        and each_cause.year = explained.year
        and each_cause.pair_id = explained.pair_id
        and each_cause.line_id = explained.line_id
