-- C169: the rows behind each cause of a difference between two registers: dwellings, tenancies, households and persons by their keys, with
-- what each of them adds to or takes from the difference. Only of pairs of which both sides are told.
with

pairs as (
    select * from {{ ref("int_indicators__reconciled_pair") }}
    where missing_reason is null
),

household_row as (
    select * from {{ ref("int_indicators__reconciled_household") }}
),

care_row as (
    select * from {{ ref("int_indicators__reconciled_care") }}
),

causes as (
    select * from {{ ref("reconciliation_cause") }}
),

member as (
    select * from household_row
    union all
    select * from care_row
)

select
    member.municipality_code,
    member.year,
    member.pair_id,
    'all' as line_id,
    member.cause_id,
    causes.label_nb as cause_label_nb,
    member.member_kind,
    {{ label_nb("reconciled_kind", "member.member_kind") }} as member_kind_label_nb,
    member.member_key,
    member.amount
from member
inner join pairs
    on
        member.municipality_code = pairs.municipality_code
        and member.year = pairs.year
        and member.pair_id = pairs.pair_id
left join causes on member.pair_id = causes.pair_id and member.cause_id = causes.cause_id
