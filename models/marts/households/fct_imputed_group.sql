-- Households by primary group, and beside that with the unclassified spread by the known distribution (C82): a measure of its own, the
-- count that was observed stays as it is.
{% set populations = {
    'newly_moved_in': ['fct_tenancy', '_at_start', year_of('start_date'), "is_counted and kind_of_start = 'new'"],
    'households_in_stock': ['fct_household_year', '', year_of('reference_date'), 'true'],
} -%}

with covered_years as (
    select * from {{ ref('int_deliveries__covered_year') }}
    where is_letting_covered
),

told_years as (
    select
        municipality_code,
        year
    from {{ ref('int_deliveries__covered_entity') }}
    where source = 'municipal' and entity = 'household_group'
),

schemes as (
    select * from {{ ref('target_group_scheme') }}
),

counted as (
    {%- for population, (model, ending, year, condition) in populations.items() %}
    {%- set population_loop = loop %}
    {%- for scheme in group_schemes() %}
    select
        municipality_code,
        {{ year }} as year,
        '{{ population }}' as population,
        '{{ scheme }}' as scheme,
        primary_group_{{ scheme }}{{ ending }} as group_code,
        count(*) as observed_count
    from {{ ref(model) }}
    where {{ condition }}
    group by all
    {{ "union all" if not (loop.last and population_loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

-- Every code of every scheme stands here, also one that nobody has.
observed as (
    select
        covered_years.municipality_code,
        covered_years.year,
        populations.population,
        schemes.scheme,
        schemes.code as group_code,
        schemes.label_nb as group_label_nb,
        schemes.sort_order,
        schemes.code not in ('unclassified', 'formerly_refugee') as is_known,
        case when told_years.year is not null then coalesce(counted.observed_count, 0) end as observed_count
    from covered_years
    cross join unnest({{ populations.keys() | list }}) as populations (population)
    cross join schemes
    left join told_years on covered_years.municipality_code = told_years.municipality_code and covered_years.year = told_years.year
    left join counted
        on
            covered_years.municipality_code = counted.municipality_code
            and covered_years.year = counted.year
            and populations.population = counted.population
            and schemes.scheme = counted.scheme
            and schemes.code = counted.group_code
),

with_totals as (
    select
        *,
        sum(observed_count) over whole as denominator,
        sum(case when group_code = 'unclassified' then observed_count end) over whole as unclassified_count,
        sum(case when is_known then observed_count end) over whole as known_count
    from observed
    window whole as (partition by municipality_code, year, population, scheme)
),

-- Each known group's part of the unclassified in whole hundredths, rounded down, and what was lost by that.
shared as (
    select
        *,
        case when is_known then 100 * unclassified_count * observed_count // nullif(known_count, 0) else 0 end as hundredths,
        case when is_known then 100 * unclassified_count * observed_count % nullif(known_count, 0) end as remainder
    from with_totals
),

-- The hundredths that are left go to the largest remainders, so that the sum is the total to the last digit.
rounded as (
    select
        *,
        hundredths + case
            when
                is_known
                and row_number() over (
                    partition by municipality_code, year, population, scheme order by remainder desc nulls last, sort_order
                ) <= 100 * unclassified_count - sum(hundredths) over (partition by municipality_code, year, population, scheme)
                then 1
            else 0
        end as added_hundredths
    from shared
),

imputed as (
    select
        *,
        cast(case
            when unclassified_count = 0 then observed_count
            when known_count > 0 and group_code = 'unclassified' then 0
            when known_count > 0 then (100 * observed_count + added_hundredths) * 0.01
        end as decimal(18, 2)) as imputed_count
    from rounded
)

select
    municipality_code,
    year,
    population,
    {{ label_nb('population', 'population') }} as population_label_nb,
    scheme,
    group_code,
    group_label_nb,
    cast(observed_count as bigint) as observed_count,
    imputed_count,
    coalesce(imputed_count <> observed_count, false) as is_imputed,
    case
        when denominator is null then 'not_delivered'
        when unclassified_count = 0 then 'observed'
        when known_count = 0 then 'nothing_known'
        else 'imputed_proportional'
    end as method,
    cast(unclassified_count as bigint) as unclassified_count,
    cast(denominator as bigint) as denominator,
    cast(cast(unclassified_count as decimal(18, 6)) / nullif(denominator, 0) as decimal(18, 6)) as unclassified_share
from imputed
