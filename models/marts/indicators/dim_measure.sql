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
    breakdowns,
    counting_rules
from {{ ref("measure") }}
