-- C140: from which year the figures of an indicator are another series, and why.
select
    {{ surrogate_key(["indicator_id", "vintage", "breakdowns", "break_year", "kind"]) }} as indicator_break_key,
    indicator_id,
    vintage,
    breakdowns,
    cast(break_year as integer) as break_year,
    kind,
    {{ label_nb("break_kind", "kind") }} as kind_label_nb,
    reason_nb,
    reason_en,
    source
from {{ ref("indicator_break") }}
