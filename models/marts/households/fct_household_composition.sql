-- C41, C42: the composition of households over time, with the label of the kind.
with periods as (
    select * from {{ ref('int_households__composition_period') }}
)

select
    {{ surrogate_key(['household_key', 'valid_from']) }} as household_composition_key,
    household_key,
    municipality_code,
    valid_from,
    valid_to,
    {{ on_day(as_of_date(), 'valid_from', 'valid_to') }} as is_current,
    member_count,
    children_count,
    adult_count,
    household_type,
    {{ label_nb('household_type', 'household_type') }} as household_type_label_nb
from periods
