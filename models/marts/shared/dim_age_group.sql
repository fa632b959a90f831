-- Age groups with their limits and labels: those of the population's sources, and the finer ones of contract holders.
select
    scheme,
    age_group,
    label_nb,
    label_en,
    age_from,
    age_to,
    sort_order
from {{ ref('age_group') }}
