-- Local groups in the national schemes, each scheme on its own: the days that both the row and the mapping hold (C30).
with local_groups as (
    select * from {{ ref('int_households__local_group') }}
),

mappings as (
    select * from {{ ref('int_groups__mapping') }}
),

mapped as (
    select
        local_groups.household_key,
        mappings.scheme,
        local_groups.group_rank,
        local_groups.local_group_code,
        mappings.group_code,
        mappings.is_age_split,
        mappings.is_refugee,
        greatest(local_groups.from_date, mappings.valid_from) as valid_from,
        nullif(least({{ open_end('local_groups.to_date') }}, {{ open_end('mappings.valid_to') }}), {{ end_of_time() }}) as valid_to
    from local_groups
    inner join mappings
        on
            local_groups.municipality_code = mappings.municipality_code
            and local_groups.local_group_code = mappings.local_group_code
    where mappings.group_code is not null or mappings.is_age_split
)

select *
from mapped
where valid_from < {{ open_end('valid_to') }}
