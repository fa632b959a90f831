-- C11: at every level, let + vacant = disposed, where the same municipalities report all three.
select
    'let + vacant = disposed' as rule,
    count(*) as failing_rows
from (
    select
        area_level,
        area_code,
        year
    from {{ ref("fct_indicator") }}
    where vintage = 'own_register' and breakdown = 'none' and indicator_id in ('disposed_dwellings', 'let_dwellings', 'vacant_dwellings')
    group by area_level, area_code, year
    having
        min(municipality_count) = max(municipality_count)
        and sum(numerator) filter (where indicator_id <> 'disposed_dwellings')
        is distinct from sum(numerator) filter (where indicator_id = 'disposed_dwellings')
) as broken
having count(*) > 0
