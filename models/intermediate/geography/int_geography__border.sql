-- C102, C143: which borders an area had in a year, as a number: another number is another area under the same code. Areas and years that
-- are not here have the number 0. What was only renumbered, one for one, has kept its borders.
with

changes as (
    select
        from_code,
        to_code,
        change_date
    from {{ ref("stg_klass__municipality_change") }}
    {{ latest_known(["change_date", "from_code", "to_code"]) }}
),

counted as (
    select
        from_code,
        to_code,
        change_date,
        count(*) over (partition by from_code, change_date) as successor_count,
        count(*) over (partition by to_code, change_date) as predecessor_count
    from changes
    where {{ year_of("change_date") }} > {{ first_figure_year() }}
),

redrawn as (
    select
        from_code as municipality_code,
        change_date
    from counted
    where successor_count > 1 or predecessor_count > 1
    union
    select
        to_code as municipality_code,
        change_date
    from counted
    where successor_count > 1 or predecessor_count > 1
)

select
    'municipality' as area_level,
    redrawn.municipality_code as area_code,
    cast(series_year.year as integer) as year,
    cast(count(*) as integer) as border_number
from redrawn
cross join {{ int_series(year_of("redrawn.change_date"), year_of(as_of_date()), "year") }}
group by redrawn.municipality_code, series_year.year
union all
-- On today's borders it is another area only as long as parts of others stand for it.
select distinct
    'municipality_today' as area_level,
    current_code as area_code,
    year,
    1 as border_number
from {{ ref("int_geography__conversion") }}
where year >= {{ first_figure_year() }} and coalesce(weight, 0) < 1
