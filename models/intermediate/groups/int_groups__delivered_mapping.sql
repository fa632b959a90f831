-- What the supplier says of each local code in each scheme (C30, C38). The latest mapping delivery of a municipality holds all its
-- history and counts alone. A code that the scheme does not have gives no group.
with delivered as (
    select * from {{ ref('stg_group_mapping__local_group') }}
),

schemes as (
    select * from {{ ref('target_group_scheme') }}
),

latest as (
    select
        *,
        certainty = 'by_rule' and scheme in ('r0_2019', 'care_3b') as is_age_split
    from delivered
    qualify dense_rank() over (partition by municipality_code order by period_end desc, received_at desc, delivery_id desc) = 1
)

select
    latest.municipality_code,
    latest.local_group_code,
    latest.local_label_nb,
    latest.scheme,
    latest.certainty,
    -- without a group there is the scheme's own code for that, in the schemes that have one
    case
        when latest.certainty = 'exact' then named.code
        when not latest.is_age_split then without_group.code
    end as group_code,
    latest.is_age_split,
    coalesce(named.is_refugee, false) as is_refugee,
    latest.valid_from,
    latest.valid_to,
    latest.delivery_id,
    latest.line_number
from latest
left join schemes as named on latest.scheme = named.scheme and latest.scheme_code = named.code
left join schemes as without_group
    on
        latest.scheme = without_group.scheme
        and case latest.certainty when 'by_rule' then 'unsplit' else latest.certainty end = without_group.code
