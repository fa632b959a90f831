-- C102: from the code of each year to the codes of the as-of date, and how: the series on today's borders.
with

yearly as (
    select
        successor.municipality_code,
        cast(series_year.year as integer) as year,
        successor.current_code,
        successor.weight
    from {{ ref('int_geography__successor') }} as successor
    cross join {{ int_series(
        year_of('successor.valid_from'), 'least(' ~ year_of(open_end('successor.valid_to')) ~ ', ' ~ year_of(as_of_date()) ~ ')', 'year'
    ) }}
    where {{ on_day(last_of_year('series_year.year'), 'successor.valid_from', 'successor.valid_to') }}
)

select
    municipality_code,
    year,
    current_code,
    weight,
    case
        when weight is null then 'split_without_weight'
        when weight < 1 then 'split_with_weight'
        when count(*) over (partition by current_code, year) > 1 then 'merged'
        when municipality_code = current_code then 'same'
        else 'renamed'
    end as kind
from yearly
