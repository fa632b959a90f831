-- The rules of quality, each with its one owner.
select
    rule_id,
    title_nb,
    title_en,
    entity,
    owner,
    action,
    description
from {{ ref('quality_rule') }}
