-- An indicator whose unit has no bound in anomaly_bound would never jump.
select
    'unit in anomaly_bound' as rule,
    count(*) as failing_rows
from {{ ref("dim_indicator") }}
where unit not in (select bound.unit from {{ ref("anomaly_bound") }} as bound)
having count(*) > 0
