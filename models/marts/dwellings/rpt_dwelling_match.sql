-- The match report in short: for each municipality and pair of systems, how many dwellings each has and how many of them were matched,
-- could be several, or have none in the other. A dwelling stands in one of the three.
with

matches as (
    select * from {{ ref('fct_dwelling_match') }}
    where leading_system <> other_system
)

select
    municipality_code,
    leading_system,
    other_system,
    cast(count(distinct leading_dwelling_key) as integer) as leading_dwelling_count,
    cast(count(distinct other_dwelling_key) as integer) as other_dwelling_count,
    cast(count(distinct other_dwelling_key) filter (where outcome = 'exact') as integer) as exact_count,
    cast(count(distinct other_dwelling_key) filter (where outcome = 'by_rule') as integer) as by_rule_count,
    cast(count(distinct other_dwelling_key) filter (where outcome = 'confirmed') as integer) as confirmed_count,
    cast(count(distinct other_dwelling_key) filter (where outcome = 'ambiguous') as integer) as ambiguous_count,
    cast(count(distinct other_dwelling_key) filter (where outcome = 'none') as integer) as other_alone_count,
    cast(count(distinct leading_dwelling_key) filter (where outcome = 'none') as integer) as leading_alone_count,
    cast(count(*) filter (where outcome = 'rejected') as integer) as rejected_pair_count,
    cast(
        cast(count(distinct other_dwelling_key) filter (where is_matched) as double)
        / nullif(count(distinct other_dwelling_key), 0) as decimal(5, 4)
    ) as matched_share
from matches
group by municipality_code, leading_system, other_system
