-- C169: the causes of a pair sum to its difference, and the rows behind each cause that has rows to its amount. Of the dwellings allotted
-- for health and care and the persons in IPLOS every row of both sides is listed once. The report has a column for each cause.
with

reconciliation as (
    select * from {{ ref("fct_reconciliation") }}
),

cause_sum as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        sum(amount) as amount
    from {{ ref("fct_reconciliation_cause") }}
    group by municipality_code, year, pair_id, line_id
),

cause as (
    select * from {{ ref("reconciliation_cause") }}
),

member_of_cause as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        cause_id,
        sum(amount) as amount,
        count(*) as member_count
    from {{ ref("fct_reconciliation_member") }}
    group by municipality_code, year, pair_id, line_id, cause_id
),

amount_of_cause as (
    select amounts.*
    from {{ ref("fct_reconciliation_cause") }} as amounts
    inner join cause on amounts.pair_id = cause.pair_id and amounts.cause_id = cause.cause_id
    where cause.has_members
),

member_sum as (
    select
        municipality_code,
        year,
        pair_id,
        line_id,
        sum(amount) filter (where amount > 0) as left_amount,
        -sum(amount) filter (where amount < 0) as right_amount
    from {{ ref("fct_reconciliation_member") }}
    group by municipality_code, year, pair_id, line_id
)

select
    'the causes sum to the difference' as rule,
    count(*) as failing_rows
from reconciliation
full outer join cause_sum
    on
        reconciliation.municipality_code = cause_sum.municipality_code
        and reconciliation.year = cause_sum.year
        and reconciliation.pair_id = cause_sum.pair_id
        and reconciliation.line_id = cause_sum.line_id
where reconciliation.difference is distinct from cause_sum.amount
union all
select
    'the rows behind a cause sum to its amount' as rule,
    count(*) as failing_rows
from amount_of_cause
full outer join member_of_cause
    on
        amount_of_cause.municipality_code = member_of_cause.municipality_code
        and amount_of_cause.year = member_of_cause.year
        and amount_of_cause.pair_id = member_of_cause.pair_id
        and amount_of_cause.line_id = member_of_cause.line_id
        and amount_of_cause.cause_id = member_of_cause.cause_id
where
    amount_of_cause.amount is null
    or amount_of_cause.amount <> coalesce(member_of_cause.amount, 0)
    or amount_of_cause.member_count <> coalesce(member_of_cause.member_count, 0)
union all
select
    'every dwelling and person of care_dwellings_iplos is listed' as rule,
    count(*) as failing_rows
from reconciliation
left join member_sum
    on
        reconciliation.municipality_code = member_sum.municipality_code
        and reconciliation.year = member_sum.year
        and reconciliation.pair_id = member_sum.pair_id
        and reconciliation.line_id = member_sum.line_id
where
    reconciliation.pair_id = 'care_dwellings_iplos'
    and reconciliation.is_told
    and (
        reconciliation.left_count <> coalesce(member_sum.left_amount, 0)
        or reconciliation.right_count <> coalesce(member_sum.right_amount, 0)
    )
union all
select
    'every cause has a column in the report' as rule,
    count(*) as failing_rows
from cause
where cause_id <> 'matched' and not list_contains({{ reconciliation_causes() }}, cause_id)
