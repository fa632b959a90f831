-- Years whose 31 December a current municipal delivery covers: the reference days that can be counted, and whether both dwellings and
-- tenancies are told of that day, so that it can be said what was let.
select
    municipality_code,
    year,
    reference_date,
    count(*) filter (where entity in ('dwelling', 'tenancy')) = 2 as is_letting_covered
from {{ ref('int_deliveries__covered_entity') }}
where source = 'municipal'
group by municipality_code, year, reference_date
