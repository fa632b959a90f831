-- The list of measures: each row of the seed, typed.
select
    measure_id,
    label_nb,
    label_en,
    definition,
    unit,
    population_counted,
    stock_or_flow,
    reference_date_rule,
    source,
    -- C104: few of them are somebody; few dwellings or kroner are not.
    unit = 'count'
    and population_counted in ('households', 'persons', 'tenancies', 'applications', 'stays', 'decisions') as is_of_people,
    breakdowns,
    counting_rules
from {{ ref("measure") }}
