-- C93: counted tenancies in dwellings in stock, cut wherever anything that stock is sliced by changes: the dwelling's version, the
-- household's primary groups, members and contract holder, the holder's age group, the class of the length of stay, and the household's
-- other tenancies.
with tenancies as (
    select * from {{ ref('int_tenancies__counted') }}
    where is_counted
),

dwelling_periods as (
    select * from {{ ref('int_tenancies__dwelling_period') }}
),

stays as (
    select * from {{ ref('int_tenancies__stay') }}
),

versions as (
    select * from {{ ref('int_dwellings__version') }}
    where is_in_stock
),

primary_groups as (
    select * from {{ ref('int_households__primary_group') }}
),

compositions as (
    select * from {{ ref('int_households__composition_period') }}
),

holders as (
    select * from {{ ref('int_households__contract_holder') }}
),

age_groups as (
    select * from {{ ref('age_group') }}
    where scheme = 'contract_holder'
),

need_horizons as (
    select * from {{ ref('int_groups__need_horizon') }}
),

-- Nothing is said about days after the as-of date.
periods as (
    select
        dwelling_periods.municipality_code,
        dwelling_periods.household_key,
        dwelling_periods.tenancy_key,
        dwelling_periods.dwelling_key,
        dwelling_periods.valid_from as period_from,
        {{ open_end('dwelling_periods.valid_to') }} as period_to,
        tenancies.tenancy_id,
        tenancies.start_date,
        tenancies.contract_kind,
        stays.stay_start_date
    from dwelling_periods
    inner join tenancies on dwelling_periods.tenancy_key = tenancies.tenancy_key
    inner join stays on dwelling_periods.tenancy_key = stays.tenancy_key
    where dwelling_periods.valid_from <= {{ as_of_date() }}
),

change as (
    select
        household_key,
        unnest([period_from, period_to]) as day
    from periods
    union
    select
        household_key,
        unnest([
            {%- for years in length_of_stay_years() %}
            {{ add_years('stay_start_date', years) }}{{ "," if not loop.last }}
            {%- endfor %}
        ]) as day
    from periods
    union
    select
        periods.household_key,
        unnest([versions.valid_from, versions.valid_to]) as day
    from periods
    inner join versions
        on
            periods.dwelling_key = versions.dwelling_key
            and periods.period_to > versions.valid_from
            and periods.period_from < {{ open_end('versions.valid_to') }}
    union
    select
        household_key,
        valid_from as day
    from primary_groups
    union
    select
        household_key,
        unnest([valid_from, valid_to]) as day
    from compositions
    union
    select
        household_key,
        valid_from as day
    from holders
    union
    select
        holders.household_key,
        make_date(holders.birth_year + age_groups.age_from, 1, 1) as day
    from holders
    cross join age_groups
),

spells as (
    select
        periods.*,
        change.day as valid_from,
        lead(change.day, 1, periods.period_to) over (
            partition by periods.tenancy_key, periods.period_from order by change.day
        ) as valid_to
    from periods
    inner join change
        on
            periods.household_key = change.household_key
            and periods.period_from <= change.day
            and periods.period_to > change.day
            and change.day <= {{ as_of_date() }}
)

select
    spells.municipality_code,
    spells.household_key,
    spells.tenancy_key,
    spells.dwelling_key,
    spells.valid_from,
    nullif(spells.valid_to, {{ end_of_time() }}) as valid_to,
    versions.category,
    versions.tenure_form,
    versions.tenure_kind,
    need_horizons.need_horizon,
    {%- for scheme in group_schemes() %}
    primary_groups.primary_group_{{ scheme }},
    {%- endfor %}
    coalesce(age_groups.age_group, 'unknown') as contract_holder_age_group,
    coalesce(compositions.household_type, 'unknown') as household_type,
    {{ length_of_stay_class('spells.stay_start_date', 'spells.valid_from') }} as length_of_stay_class,
    compositions.member_count,
    compositions.children_count,
    -- a household with several tenancies is counted once, in the one that started last (C35): its spells are cut on the same days
    row_number() over (
        partition by spells.household_key, spells.valid_from order by spells.start_date desc, spells.tenancy_id desc
    ) = 1 as is_household_row
from spells
inner join versions
    on
        spells.dwelling_key = versions.dwelling_key
        and {{ on_day('spells.valid_from', 'versions.valid_from', 'versions.valid_to') }}
left join primary_groups
    on
        spells.household_key = primary_groups.household_key
        and {{ on_day('spells.valid_from', 'primary_groups.valid_from', 'primary_groups.valid_to') }}
left join compositions
    on
        spells.household_key = compositions.household_key
        and {{ on_day('spells.valid_from', 'compositions.valid_from', 'compositions.valid_to') }}
left join holders
    on
        spells.household_key = holders.household_key
        and {{ on_day('spells.valid_from', 'holders.valid_from', 'holders.valid_to') }}
left join age_groups
    on {{ year_of('spells.valid_from') }} - holders.birth_year between age_groups.age_from and age_groups.age_to
left join need_horizons
    on
        primary_groups.primary_group_form_2009 = need_horizons.form_2009_code
        and versions.category = need_horizons.dwelling_category
        and spells.contract_kind = need_horizons.contract_kind
