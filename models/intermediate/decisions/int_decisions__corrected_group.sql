-- The corrections that apply (D001), in the national schemes: a code of the municipality's own list goes through its mapping, on the days
-- that the mapping holds, and decides in every scheme that it has a group in.
with

applied as (
    select * from {{ ref('int_decisions__group_correction') }}
    where no_longer_because is null
),

mappings as (
    select * from {{ ref('int_groups__mapping') }}
    where group_code is not null or is_age_split
),

corrected as (
    select
        applied.household_key,
        applied.scheme,
        applied.group_code,
        false as is_age_split,
        false as is_local,
        applied.rule_id,
        applied.decided_at,
        applied.decision_id,
        applied.from_date as valid_from,
        applied.to_date as valid_to
    from applied
    where applied.scheme <> 'local'
    union all
    select
        applied.household_key,
        mappings.scheme,
        mappings.group_code,
        mappings.is_age_split,
        true as is_local,
        applied.rule_id,
        applied.decided_at,
        applied.decision_id,
        greatest(applied.from_date, mappings.valid_from) as valid_from,
        nullif(least({{ open_end('applied.to_date') }}, {{ open_end('mappings.valid_to') }}), {{ end_of_time() }}) as valid_to
    from applied
    inner join mappings
        on
            applied.municipality_code = mappings.municipality_code
            and applied.group_code = mappings.local_group_code
    where applied.scheme = 'local'
)

select *
from corrected
where valid_from < {{ open_end('valid_to') }}
