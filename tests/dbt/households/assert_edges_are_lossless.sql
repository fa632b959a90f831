-- A lossless edge gives each household the group that it has in the scheme it leads to, so that counts may be added up along it (C39).
-- Left out: municipalities whose mapping contradicts the edges or speaks of other days (they are warned of), and corrections.
with edges as (
    select * from {{ ref('target_group_edge') }}
),

pairs as (
    select distinct
        from_scheme,
        to_scheme
    from edges
),

mappings as (
    select * from {{ ref('int_groups__mapping') }}
),

-- What a row may give a household: old group 4 is split in three ways.
possible_group as (
    select
        *,
        unnest(case when is_age_split then ['2', '3', 'unsplit'] else [group_code] end) as possible_code
    from mappings
),

unfaithful as (
    select
        pairs.from_scheme,
        pairs.to_scheme,
        finer.municipality_code
    from pairs
    inner join possible_group as finer on pairs.from_scheme = finer.scheme
    left join edges
        on pairs.from_scheme = edges.from_scheme and finer.possible_code = edges.from_code and pairs.to_scheme = edges.to_scheme
    left join mappings as coarser
        on
            finer.municipality_code = coarser.municipality_code
            and finer.local_group_code = coarser.local_group_code
            and pairs.to_scheme = coarser.scheme
            and finer.valid_from = coarser.valid_from
            and {{ open_end('finer.valid_to') }} = {{ open_end('coarser.valid_to') }}
    where
        coarser.scheme is null
        or (coarser.is_age_split and not finer.is_age_split and edges.to_code is not null)
        or coarser.group_code <> edges.to_code
    union
    select
        pairs.from_scheme,
        pairs.to_scheme,
        coarser.municipality_code
    from pairs
    inner join mappings as coarser on pairs.to_scheme = coarser.scheme
    anti join mappings as finer
        on
            coarser.municipality_code = finer.municipality_code
            and coarser.local_group_code = finer.local_group_code
            and pairs.from_scheme = finer.scheme
            and coarser.valid_from = finer.valid_from
            and {{ open_end('finer.valid_to') }} = {{ open_end('coarser.valid_to') }}
),

primary_groups as (
    select * from {{ ref('int_households__group_period') }}
    where is_primary
)

select
    finer.scheme || ' to ' || coarser.scheme as rule,
    count(*) as failing_rows
from primary_groups as finer
inner join edges on finer.scheme = edges.from_scheme and finer.group_code = edges.from_code
inner join primary_groups as coarser
    on finer.household_key = coarser.household_key and finer.valid_from = coarser.valid_from and edges.to_scheme = coarser.scheme
anti join unfaithful
    on
        finer.municipality_code = unfaithful.municipality_code
        and finer.scheme = unfaithful.from_scheme
        and coarser.scheme = unfaithful.to_scheme
where coarser.group_code <> edges.to_code and finer.rule <> 'D001' and coarser.rule <> 'D001'
group by finer.scheme, coarser.scheme
