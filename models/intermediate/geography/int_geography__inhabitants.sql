-- C12: inhabitants on 31 December within the borders of that day. They are those of 1 January after where the borders stay, also under
-- another code. Where borders change overnight that number is of another area: that of 1 January of the year is the last of it as it was.
with

populations as (
    select
        municipality_code,
        year,
        age_group,
        persons,
        case status when 'estimated' then 'estimated' else 'observed' end as status,
        case status when 'estimated' then method else 'counted' end as method
    from {{ ref('fct_population') }}
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

changes as (
    select
        from_code,
        to_code,
        change_date
    from {{ ref('stg_klass__municipality_change') }}
    {{ latest_known(['change_date', 'from_code', 'to_code']) }}
),

-- From the last day of the year to the first of the next; what changed on another day is part of the borders of 31 December.
moved as (
    select
        from_code,
        to_code,
        {{ year_of('change_date') }} - 1 as year,
        count(*) over (partition by from_code, change_date) as successor_count,
        count(*) over (partition by to_code, change_date) as predecessor_count
    from changes
    where from_code <> to_code and change_date = make_date({{ year_of('change_date') }}, 1, 1)
),

-- One code becomes one other, and neither lives on both sides of the day: a code that goes on keeps or takes in a part.
renumbered as (
    select
        moved.from_code,
        moved.to_code,
        moved.year
    from moved
    left join municipalities as lives_on
        on
            moved.from_code = lives_on.municipality_code
            and {{ on_day('make_date(moved.year + 1, 1, 1)', 'lives_on.valid_from', 'lives_on.valid_to') }}
    left join municipalities as was_there
        on
            moved.to_code = was_there.municipality_code
            and {{ on_day(last_of_year('moved.year'), 'was_there.valid_from', 'was_there.valid_to') }}
    where
        moved.successor_count = 1
        and moved.predecessor_count = 1
        and lives_on.municipality_code is null
        and was_there.municipality_code is null
),

touched as (
    select
        from_code as municipality_code,
        year
    from moved
    union
    select
        to_code as municipality_code,
        year
    from moved
),

unchanged as (
    select
        populations.municipality_code,
        populations.year - 1 as year,
        populations.age_group,
        populations.persons,
        populations.status,
        populations.method
    from populations
    left join touched
        on populations.municipality_code = touched.municipality_code and populations.year - 1 = touched.year
    where touched.municipality_code is null
),

carried_back as (
    select
        renumbered.from_code as municipality_code,
        renumbered.year,
        populations.age_group,
        populations.persons,
        populations.status,
        populations.method
    from populations
    inner join renumbered
        on populations.municipality_code = renumbered.to_code and populations.year - 1 = renumbered.year
),

last_known as (
    select
        populations.municipality_code,
        populations.year,
        populations.age_group,
        populations.persons,
        'estimated' as status,
        'before_border_change' as method
    from populations
    inner join touched
        on populations.municipality_code = touched.municipality_code and populations.year = touched.year
    left join renumbered
        on touched.municipality_code = renumbered.from_code and touched.year = renumbered.year
    where renumbered.from_code is null and touched.year <= {{ year_of(as_of_date()) }}
)

select
    municipality_code,
    year,
    age_group,
    persons,
    status,
    method
from unchanged
union all
select
    municipality_code,
    year,
    age_group,
    persons,
    status,
    method
from carried_back
union all
select
    municipality_code,
    year,
    age_group,
    persons,
    status,
    method
from last_known
