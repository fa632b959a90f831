-- Each local code to each national scheme, and the national codes themselves: not a chain, each mapping stands on its own.
with mappings as (
    select * from {{ ref('int_groups__mapping') }}
),

schemes as (
    select * from {{ ref('target_group_scheme') }}
),

local_code as (
    select
        'local' as level,
        mappings.municipality_code,
        mappings.local_group_code,
        mappings.local_label_nb,
        mappings.scheme,
        mappings.group_code,
        schemes.label_nb as group_label_nb,
        schemes.label_en as group_label_en,
        schemes.sort_order,
        mappings.certainty,
        mappings.is_derived,
        mappings.valid_from,
        mappings.valid_to
    from mappings
    left join schemes on mappings.scheme = schemes.scheme and mappings.group_code = schemes.code
),

national_code as (
    select
        'national' as level,
        cast(null as varchar) as municipality_code,
        cast(null as varchar) as local_group_code,
        cast(null as varchar) as local_label_nb,
        scheme,
        code as group_code,
        label_nb as group_label_nb,
        label_en as group_label_en,
        sort_order,
        'exact' as certainty,
        false as is_derived,
        valid_from,
        valid_to
    from schemes
),

all_codes as (
    select * from local_code
    union all
    select * from national_code
)

select
    {{ surrogate_key([
        'level', 'municipality_code', "coalesce(local_group_code, group_code)", 'scheme', 'valid_from'
    ]) }} as target_group_key,
    level,
    municipality_code,
    local_group_code,
    local_label_nb,
    scheme,
    group_code,
    group_label_nb,
    group_label_en,
    sort_order,
    certainty,
    is_derived,
    valid_from,
    valid_to
from all_codes
