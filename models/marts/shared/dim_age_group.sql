-- Age groups with their limits and labels.
select
    age_group,
    label_nb,
    label_en,
    age_from,
    age_to,
    sort_order
from {{ ref('age_group') }}
