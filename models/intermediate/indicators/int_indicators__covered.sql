-- The years that each source of indicators covers, by municipality: where there is no row there is no figure, never zero (C51).
select
    'own_register' as source,
    municipality_code,
    year
from {{ ref("int_deliveries__covered_year") }}
union all
select distinct
    source,
    municipality_code,
    year
from {{ ref("int_deliveries__covered_entity") }}
where source in ('iplos', 'kostra_11f', 'kostra_11cf', 'kostra_accounts', 'temporary_accommodation')
