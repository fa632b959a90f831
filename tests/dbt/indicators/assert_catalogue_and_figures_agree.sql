-- Every indicator of the catalogue has figures, and every municipality and year that was delivered has a row for each code
-- that the catalogue promises and for no other: a code nobody falls under is zero, not absent (C51).
with

promised as (
    select
        indicator.indicator_id,
        indicator.source,
        breakdown.breakdown_key,
        -- figures that no sum gives stand where they could be made
        measure.breakdowns is null as is_direct
    from {{ ref("dim_indicator") }} as indicator
    inner join {{ ref("dim_measure") }} as measure on indicator.numerator_measure = measure.measure_id
    inner join {{ ref("dim_breakdown") }} as breakdown
        on list_contains(string_split(indicator.permitted_breakdowns, '|'), breakdown.breakdown)
),

expected as (
    select
        covered.municipality_code,
        covered.year,
        promised.indicator_id,
        promised.breakdown_key
    from {{ ref("int_indicators__covered") }} as covered
    inner join promised on covered.source = promised.source
    where not promised.is_direct
),

figure as (
    select
        area_code as municipality_code,
        year,
        indicator_id,
        breakdown_key
    from {{ ref("fct_indicator") }}
    where area_level = 'municipality' and vintage = 'own_register'
),

missing as (
    select * from expected
    except
    select * from figure
),

-- Years of sources that municipalities do not cover are those that the source tells.
unknown as (
    select
        figure.municipality_code,
        figure.year,
        figure.indicator_id,
        figure.breakdown_key
    from figure
    left join promised on figure.indicator_id = promised.indicator_id and figure.breakdown_key = promised.breakdown_key
    where
        promised.indicator_id is null
        or (not promised.is_direct and promised.source in (select covered.source from {{ ref("int_indicators__covered") }} as covered))
    except
    select * from expected
)

select
    'promised but not there' as rule,
    count(*) as failing_rows
from missing
having count(*) > 0
union all
select
    'there but not promised' as rule,
    count(*) as failing_rows
from unknown
having count(*) > 0
