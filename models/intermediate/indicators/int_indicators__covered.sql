-- The years that each source of indicators covers, by municipality: where there is no row there is no figure, never zero (C51).
select
    'own_register' as source,
    municipality_code,
    year,
    cast(null as varchar) as delivery_id
from {{ ref("int_deliveries__covered_year") }}
union all
-- A KOSTRA file tells of the whole year that its period ends in; there is one current delivery for each period end.
select
    source,
    supplier as municipality_code,
    {{ year_of("period_end") }} as year,
    delivery_id
from {{ source("raw", "delivery") }}
where is_current and source = 'kostra_11f' and period_end = {{ last_of_year(year_of("period_end")) }}
