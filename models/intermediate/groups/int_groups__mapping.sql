-- What each local code gives in each scheme (C30). The latest mapping delivery of a municipality holds all its history and counts alone.
with delivered as (
    select * from {{ ref('stg_group_mapping__local_group') }}
),

schemes as (
    select * from {{ ref('target_group_scheme') }}
),

latest as (
    select *
    from delivered
    qualify dense_rank() over (partition by municipality_code order by period_end desc, received_at desc, delivery_id desc) = 1
)

select
    latest.municipality_code,
    latest.local_group_code,
    latest.local_label_nb,
    latest.scheme,
    latest.certainty,
    case
        when latest.certainty = 'exact' then latest.scheme_code
        when latest.certainty = 'unsplit' and latest.scheme = 'r0_2019' then 'unsplit'
    end as group_code,
    latest.certainty = 'by_rule' and latest.scheme = 'r0_2019' as is_age_split,
    coalesce(schemes.is_refugee, false) as is_refugee,
    latest.valid_from,
    latest.valid_to,
    latest.delivery_id,
    latest.line_number
from latest
left join schemes on latest.scheme = schemes.scheme and latest.scheme_code = schemes.code
-- a code that the scheme does not have is no mapping (T005), never a group of its own
where latest.certainty <> 'exact' or schemes.code is not null
