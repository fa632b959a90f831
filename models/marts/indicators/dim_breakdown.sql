-- Every code that an indicator can be divided by. Codes of target groups come from their own seed, so that they stand in one place.
with

own_code as (
    select
        breakdown,
        breakdown_code,
        breakdown_label_nb,
        breakdown_label_en,
        label_nb,
        label_en,
        sort_order,
        sums_to_total,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from {{ ref("breakdown") }}
),

target_group_code as (
    select
        'target_group_' || scheme as breakdown,
        code as breakdown_code,
        case scheme
            when 'form_2009' then 'Målgruppe, skjema 2009-2019'
            when 'form_2020' then 'Målgruppe, skjema fra 2020'
            when 'r0_2019' then 'Målgruppe, forslag 2019'
        end as breakdown_label_nb,
        case scheme
            when 'form_2009' then 'Target group, form 2009-2019'
            when 'form_2020' then 'Target group, form from 2020'
            when 'r0_2019' then 'Target group, proposal of 2019'
        end as breakdown_label_en,
        label_nb,
        label_en,
        sort_order,
        true as sums_to_total,
        valid_from,
        valid_to
    from {{ ref("target_group_scheme") }}
    -- the schemes of the published figures; more schemes of the same households would be one more way to find a suppressed cell
    where scheme in ('form_2009', 'form_2020', 'r0_2019')
),

code as (
    select * from own_code
    union all
    select * from target_group_code
)

select
    {{ surrogate_key(["breakdown", "breakdown_code"]) }} as breakdown_key,
    breakdown,
    breakdown_code,
    breakdown_label_nb,
    breakdown_label_en,
    label_nb,
    label_en,
    cast(sort_order as integer) as sort_order,
    cast(sums_to_total as boolean) as is_summing_to_total,
    cast({{ year_of("valid_from") }} as integer) as form_first_year,
    cast({{ year_of("valid_to") }} - 1 as integer) as form_last_year
from code
