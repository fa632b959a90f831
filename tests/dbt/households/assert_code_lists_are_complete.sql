-- The seeds of the group rules have a row for everything that can occur: need horizons (C33) and the lossless edges.
with schemes as (
    select * from {{ ref('target_group_scheme') }}
),

edges as (
    select * from {{ ref('target_group_edge') }}
),

horizons as (
    select * from {{ ref('need_horizon') }}
    where contract_kind = '*'
),

horizon_codes as (
    select code from schemes
    where scheme = 'form_2009'
    union all
    select 'vacant'
),

missing as (
    select 'need horizon of every group and category' as rule
    from horizon_codes
    cross join unnest(['ordinary', 'adapted', 'near_base', 'staffed_day', 'staffed_round_clock']) as categories (category)
    anti join horizons on horizon_codes.code = horizons.form_2009_code and categories.category = horizons.dwelling_category

    union all

    select 'every code of form_2009 has an edge to form_2020' as rule
    from schemes
    anti join edges on schemes.scheme = edges.from_scheme and schemes.code = edges.from_code and edges.to_scheme = 'form_2020'
    where schemes.scheme = 'form_2009'

    union all

    select 'edges lead to codes of their scheme' as rule
    from edges
    anti join schemes on edges.to_scheme = schemes.scheme and edges.to_code = schemes.code
)

select
    rule,
    count(*) as failing_rows
from missing
group by rule
