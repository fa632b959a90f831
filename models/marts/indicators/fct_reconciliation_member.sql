-- C169: the rows behind each cause of a difference between two registers: dwellings, tenancies, households and persons by their keys, with
-- what each of them adds to or takes from the difference. Only of pairs of which both sides are told.
with

told as (
    select
        municipality_code,
        year,
        pair_id,
        line_id
    from {{ ref("fct_reconciliation") }}
    where is_told
),

household_row as (
    select * from {{ ref("int_indicators__reconciled_household") }}
),

care_row as (
    select * from {{ ref("int_indicators__reconciled_care") }}
),

form_row as (
    select * from {{ ref("int_indicators__reconciled_form") }}
),

causes as (
    select * from {{ ref("reconciliation_cause") }}
),

member as (
    {%- for relation, line_id in [("household_row", "'all'"), ("care_row", "'all'"), ("form_row", "line_id")] %}
    select
        municipality_code,
        year,
        pair_id,
        {{ line_id }} as line_id,
        cause_id,
        member_kind,
        member_key,
        amount
    from {{ relation }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    member.municipality_code,
    member.year,
    member.pair_id,
    member.line_id,
    member.cause_id,
    causes.label_nb as cause_label_nb,
    member.member_kind,
    {{ label_nb("reconciled_kind", "member.member_kind") }} as member_kind_label_nb,
    member.member_key,
    member.amount
from member
inner join told
    on
        member.municipality_code = told.municipality_code
        and member.year = told.year
        and member.pair_id = told.pair_id
        and member.line_id = told.line_id
left join causes on member.pair_id = causes.pair_id and member.cause_id = causes.cause_id
