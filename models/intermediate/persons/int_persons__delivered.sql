-- Years that each municipality delivered a source of persons for. A delivery without a single person is a delivery: what counts is that the
-- file came.
select
    supplier as municipality_code,
    source,
    {{ year_of('period_end') }} as year
from {{ source('raw', 'delivery') }}
where is_current
group by supplier, source, {{ year_of('period_end') }}
