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
            when 'care_3' then 'Målgruppe, tre omsorgsgrupper, fysisk funksjonsevne for seg'
            when 'care_3b' then 'Målgruppe, tre omsorgsgrupper, eldre for seg'
            when 'bodo_4' then 'Målgruppe, fire grupper etter Bodø'
        end as breakdown_label_nb,
        case scheme
            when 'form_2009' then 'Target group, form 2009-2019'
            when 'form_2020' then 'Target group, form from 2020'
            when 'r0_2019' then 'Target group, proposal of 2019'
            when 'care_3' then 'Target group, three care groups, physical disability apart'
            when 'care_3b' then 'Target group, three care groups, the elderly apart'
            when 'bodo_4' then 'Target group, four groups after Bodø'
        end as breakdown_label_en,
        label_nb,
        label_en,
        sort_order,
        true as sums_to_total,
        valid_from,
        valid_to
    from {{ ref("target_group_scheme") }}
    -- Form 13 counts households in every scheme. Indicators are divided by those of the published figures alone (seed indicator): more
    -- schemes of the same households would be one more way to find a suppressed cell.
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
