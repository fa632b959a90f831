-- What each local code gives in each scheme: as the supplier's mapping says (C30), else by lossless edges (C39).
{% set columns = [
    'municipality_code', 'local_group_code', 'local_label_nb', 'scheme', 'certainty', 'group_code', 'is_age_split', 'is_refugee',
    'valid_from', 'valid_to', 'delivery_id', 'line_number'
] | join(', ') -%}

with mappings as (
    select
        {{ columns }},
        false as is_derived
    from {{ ref('int_groups__delivered_mapping') }}
    -- a code that the scheme does not have is no mapping (T005), never a group of its own
    where certainty <> 'exact' or group_code is not null
    union all
    select
        {{ columns }},
        true as is_derived
    from {{ ref('int_groups__derived_mapping') }}
),

-- A code for refugees is one also in a scheme that has no group for them: C31 gives and takes it there, too.
refugee_without_place as (
    select distinct
        mappings.municipality_code,
        mappings.local_group_code,
        mappings.scheme,
        mappings.valid_from
    from mappings
    inner join mappings as flags
        on
            mappings.municipality_code = flags.municipality_code
            and mappings.local_group_code = flags.local_group_code
            and mappings.valid_from < {{ open_end('flags.valid_to') }}
            and flags.valid_from < {{ open_end('mappings.valid_to') }}
    where mappings.group_code = 'no_place' and flags.is_refugee
)

select
    mappings.municipality_code,
    mappings.local_group_code,
    mappings.local_label_nb,
    mappings.scheme,
    mappings.certainty,
    mappings.group_code,
    mappings.is_age_split,
    mappings.is_refugee or refugee_without_place.scheme is not null as is_refugee,
    mappings.is_derived,
    mappings.valid_from,
    mappings.valid_to,
    mappings.delivery_id,
    mappings.line_number
from mappings
left join refugee_without_place
    on
        mappings.municipality_code = refugee_without_place.municipality_code
        and mappings.local_group_code = refugee_without_place.local_group_code
        and mappings.scheme = refugee_without_place.scheme
        and mappings.valid_from = refugee_without_place.valid_from
